// wmMul is bilinear and the box is linear, so their gradients are wmMul, its two transposes and the box's adjoint
// again: the set is closed, and derivatives of any order exist.
import {
  engine,
  getBackend,
  getKernel,
  mul,
  type NamedAttrMap,
  Relu,
  registerGradient,
  step,
  type Tensor,
  type Tensor4D,
  unregisterGradient,
  zerosLike,
} from '@tensorflow/tfjs-core'
// tfjs-core's Node bundle knows no gradient at all: loading tfjs-layers registers those of the stock kernels.
import '@tensorflow/tfjs-layers'
import { type BoxAttributes, kernelNames } from '../kernels/shapes.ts'
import { registerLazyGradients } from './lazy-gradients.ts'

type Inputs = Readonly<Record<string, Tensor>>

function runKernel(name: string, inputs: Inputs, attributes: NamedAttrMap = {}): Tensor4D {
  return engine().runKernel(name, { ...inputs }, attributes) as Tensor4D
}

export const wmMulKernel = (x: Tensor, w: Tensor): Tensor4D => runKernel(kernelNames.wmMul, { x, w })
const gradX = (dy: Tensor, w: Tensor) => runKernel(kernelNames.wmMulGradX, { dy, w })
const gradW = (x: Tensor, dy: Tensor) => runKernel(kernelNames.wmMulGradW, { x, dy })

export const boxKernel = (x: Tensor, attributes: BoxAttributes): Tensor4D =>
  runKernel(kernelNames.box, { x }, attributes)
const boxGrad = (dy: Tensor, attributes: BoxAttributes) => runKernel(kernelNames.boxGrad, { dy }, attributes)

/** A bilinear kernel's gradient: `first` and `second` by the names of its inputs. */
function registerBilinear(
  kernelName: string,
  inputs: readonly [string, string],
  first: (g: Tensor, second: Tensor) => Tensor,
  second: (g: Tensor, first: Tensor) => Tensor,
): void {
  registerGradient({
    kernelName,
    inputsToSave: [...inputs],
    gradFunc: (g, saved) => {
      const [a, b] = saved
      if (!a || !b || Array.isArray(g)) throw new Error(`the gradient of ${kernelName} got ${saved.length} tensors`)
      return { [inputs[0]]: () => first(g, b), [inputs[1]]: () => second(g, a) }
    },
  })
}

function registerLinear(kernelName: string, input: string, adjoint: (g: Tensor, attributes: BoxAttributes) => Tensor) {
  registerGradient({
    kernelName,
    gradFunc: (g, _saved, attributes) => {
      if (Array.isArray(g)) throw new Error(`the gradient of ${kernelName} got ${g.length} tensors`)
      return { [input]: () => adjoint(g, attributes as unknown as BoxAttributes) }
    },
  })
}

/** relu's output tells where it passed its input on, and the next layer keeps that anyway: the input can go. */
function registerRelu(): void {
  unregisterGradient(Relu)
  registerGradient({
    kernelName: Relu,
    outputsToSave: [true],
    gradFunc: (g, saved) => {
      const [y] = saved
      if (!y || Array.isArray(g)) throw new Error('the gradient of relu takes one dy and one y')
      return { x: () => reluGrad(g, y) }
    },
  })
  registerGradient({
    kernelName: kernelNames.reluGrad,
    inputsToSave: ['y'],
    gradFunc: (g, saved) => {
      const [y] = saved
      if (!y || Array.isArray(g)) throw new Error('the gradient of ReluGrad takes one dy and one y')
      return { dy: () => reluGrad(g, y), y: () => zerosLike(y) }
    },
  })
}

function reluGrad(dy: Tensor, y: Tensor): Tensor {
  if (getKernel(kernelNames.reluGrad, getBackend()) == null) return mul(dy, step(y))
  return runKernel(kernelNames.reluGrad, { dy, y })
}

let done = false

/** Tells tfjs the gradients of the own kernels, once per process: they hold for every backend. */
export function registerGradients(): void {
  if (done) return
  done = true
  registerBilinear(kernelNames.wmMul, ['x', 'w'], gradX, (g, x) => gradW(x, g))
  registerBilinear(kernelNames.wmMulGradX, ['dy', 'w'], wmMulKernel, gradW)
  registerBilinear(
    kernelNames.wmMulGradW,
    ['x', 'dy'],
    (g, dy) => gradX(dy, g),
    (g, x) => wmMulKernel(x, g),
  )
  registerLinear(kernelNames.box, 'x', boxGrad)
  registerLinear(kernelNames.boxGrad, 'dy', boxKernel)
  registerRelu()
  registerLazyGradients()
}
