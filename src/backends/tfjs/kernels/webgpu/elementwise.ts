// Optimizers' steps and relu's gradient: one thread per element. A shader writes one array, so that a step is one shader for
// each slot and one for the value, each in place.
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import {
  type AdamStepAttributes,
  inputOf,
  kernelNames,
  type RmspropStepAttributes,
  type SgdStepAttributes,
} from '../shapes.ts'
import { deviceOf, type GpuRun, workgroupSize } from '../webgpu-device.ts'

/** The same elements in one dimension: shaders then do not depend on the rank. */
const flat = (tensor: TensorInfo): TensorInfo => ({ ...tensor, shape: [sizeOf(tensor)] })
const sizeOf = ({ shape }: TensorInfo): number => shape.reduce((a, b) => a * b, 1)

/** `expression` gives result[index]; the inputs are bound to their elements of that index, and `old` to the result's before. */
function elementwise(
  expression: string,
  old: 'reads old' | 'writes only',
  inputs: GpuRun['inputs'],
  count: number,
  floats: Readonly<Record<string, number>> = {},
): GpuRun {
  const bound = Object.keys(inputs).map((name) => `let ${name} = ${name}s[index];`)
  return {
    code: `
      fn main(index : i32) {
        if (index >= uniforms.count) { return; }
        ${bound.join(' ')}
        ${old === 'reads old' ? 'let old = result[index];' : ''}
        result[index] = ${expression};
      }`,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [`${name}s`, flat(tensor)])),
    integers: { count },
    floats,
    workgroups: Math.ceil(count / workgroupSize),
  }
}

/** Takes a tensor's memory over and sets each element to `expression` of its `old` value and the inputs. */
function replace(
  backend: unknown,
  tensor: TensorInfo,
  expression: string,
  inputs: GpuRun['inputs'],
  floats: Readonly<Record<string, number>>,
): TensorInfo {
  const device = deviceOf(backend)
  const taken = device.takeOver(tensor)
  device.update(flat(taken), elementwise(expression, 'reads old', inputs, sizeOf(tensor), floats))
  return taken
}

const adamStep: KernelFunc = ({ inputs, backend, attrs }) => {
  const { lr, beta1, beta2, scale, epsilon, decay } = attrs as unknown as AdamStepAttributes
  const g = inputOf(inputs, 'gradient')
  const mean = { keep: beta1, take: 1 - beta1 }
  const square = { keep: beta2, take: 1 - beta2 }
  const m = replace(backend, inputOf(inputs, 'm'), 'uniforms.keep * old + uniforms.take * g', { g }, mean)
  const v = replace(backend, inputOf(inputs, 'v'), 'uniforms.keep * old + uniforms.take * (g * g)', { g }, square)
  const change = 'uniforms.scale * m / (sqrt(v) + uniforms.epsilon) + uniforms.decay * old'
  const floats = { lr, scale, epsilon, decay }
  return [replace(backend, inputOf(inputs, 'value'), `old - uniforms.lr * (${change})`, { m, v }, floats), m, v]
}

const sgdStep: KernelFunc = ({ inputs, backend, attrs }) => {
  const { lr, momentum, nesterov } = attrs as unknown as SgdStepAttributes
  const g = inputOf(inputs, 'gradient')
  const value = inputOf(inputs, 'value')
  if (momentum === 0) return [replace(backend, value, 'old - uniforms.lr * g', { g }, { lr })]
  const v = replace(backend, inputOf(inputs, 'v'), 'uniforms.momentum * old + g', { g }, { momentum })
  const ahead = 'old - uniforms.lr * (g + uniforms.momentum * v)'
  return nesterov
    ? [replace(backend, value, ahead, { g, v }, { lr, momentum }), v]
    : [replace(backend, value, 'old - uniforms.lr * v', { v }, { lr }), v]
}

const rmspropStep: KernelFunc = ({ inputs, backend, attrs }) => {
  const { lr, rho, epsilon } = attrs as unknown as RmspropStepAttributes
  const g = inputOf(inputs, 'gradient')
  const square = { keep: rho, take: 1 - rho }
  const v = replace(backend, inputOf(inputs, 'v'), 'uniforms.keep * old + uniforms.take * (g * g)', { g }, square)
  const step = 'old - uniforms.lr * g / (sqrt(v) + uniforms.epsilon)'
  return [replace(backend, inputOf(inputs, 'value'), step, { g, v }, { lr, epsilon }), v]
}

const reluGrad: KernelFunc = ({ inputs, backend }) => {
  const dy = inputOf(inputs, 'dy')
  const run = elementwise('select(0.0, dy, y > 0.0)', 'writes only', { dy, y: inputOf(inputs, 'y') }, sizeOf(dy))
  const dx = deviceOf(backend).create([sizeOf(dy)], run)
  return { ...dx, shape: dy.shape }
}

export const elementwiseKernels: readonly KernelConfig[] = [
  { kernelName: kernelNames.adamStep, backendName: 'webgpu', kernelFunc: adamStep },
  { kernelName: kernelNames.sgdStep, backendName: 'webgpu', kernelFunc: sgdStep },
  { kernelName: kernelNames.rmspropStep, backendName: 'webgpu', kernelFunc: rmspropStep },
  { kernelName: kernelNames.reluGrad, backendName: 'webgpu', kernelFunc: reluGrad },
]
