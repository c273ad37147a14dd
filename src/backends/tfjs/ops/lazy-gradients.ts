// tfjs's fused convolution and product compute the gradients of all their inputs as soon as one is asked for: that of the images in
// training, those of all weights in an attack. Here each is computed for whoever asks. The kernels are the same, and so are the bits.
import * as tfc from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'

type Attributes = Readonly<Record<string, unknown>>

function runKernel(name: string, inputs: tfc.NamedTensorMap, attributes: Attributes): tfc.Tensor {
  return tfc.engine().runKernel(name, inputs, attributes as tfc.NamedAttrMap) as tfc.Tensor
}

/** The sum over all axes but the last, as tfjs takes it. */
function biasGradient(dy: tfc.Tensor): tfc.Tensor {
  return tfc.sum(
    dy,
    Array.from({ length: dy.rank - 1 }, (_, axis) => axis),
  )
}

export function registerLazyGradients(): void {
  tfc.registerGradient({
    kernelName: tfc.FusedConv2D,
    inputsToSave: ['x', 'filter'],
    gradFunc: (g, saved, attrs) => {
      const [x, filter] = saved
      if (!x || !filter || Array.isArray(g)) throw new Error(`the gradient of FusedConv2D got ${saved.length} tensors`)
      const { strides, pad, dataFormat } = attrs as Attributes
      const step = { strides, pad, dataFormat, dimRoundingMode: undefined }
      return {
        x: () => runKernel(tfc.Conv2DBackpropInput, { dy: g, filter }, { ...step, inputShape: x.shape }),
        filter: () => runKernel(tfc.Conv2DBackpropFilter, { x, dy: g }, { ...step, filterShape: filter.shape }),
        bias: () => biasGradient(g),
      }
    },
  })
  tfc.registerGradient({
    kernelName: tfc._FusedMatMul,
    inputsToSave: ['a', 'b'],
    gradFunc: (g, saved) => {
      const [a, b] = saved
      if (!a || !b || Array.isArray(g)) throw new Error(`the gradient of _FusedMatMul got ${saved.length} tensors`)
      return {
        a: () => tfc.matMul(g, b, false, true),
        b: () => tfc.matMul(a, g, true, false),
        bias: () => biasGradient(g),
      }
    },
  })
}

/** What each stock layer is here; another configuration is a bug of its builder. */
const plain: Readonly<Record<string, Attributes>> = {
  Conv2D: { activation: 'linear', padding: 'valid', dataFormat: 'channelsLast' },
  Dense: { activation: 'linear' },
}

/** Makes a stock convolution or dense layer compute the gradients that are asked for, and no others. It stays the stock layer in every other way. */
export function makeGradientsLazy(layer: tfl.layers.Layer): void {
  const config = layer.getConfig() as Attributes
  for (const [key, value] of Object.entries(plain[layer.getClassName()] ?? {}))
    if (config[key] !== value) throw new Error(`${layer.name} has ${key} ${String(config[key])}, not ${String(value)}`)
  const isConv = layer.getClassName() === 'Conv2D'
  layer.call = (inputs) =>
    tfc.tidy(() => {
      const [kernel, bias] = layer.weights.map((weight) => weight.read())
      const [x] = [inputs].flat()
      if (!kernel || !x) throw new Error(`${layer.name} is not built`)
      return isConv ? convolve(x, kernel, bias, config) : multiply(x, kernel, bias)
    })
}

function convolve(
  x: tfc.Tensor,
  filter: tfc.Tensor,
  bias: tfc.Tensor | undefined,
  { strides }: Attributes,
): tfc.Tensor {
  const attributes = { strides, pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1], activation: 'linear' }
  return runKernel(tfc.FusedConv2D, { x, filter, ...(bias && { bias }) }, attributes)
}

/** x [B, N] times kernel [N, M], plus bias [M]: kernels multiply batches of matrices, of which this is one. */
function multiply(x: tfc.Tensor, kernel: tfc.Tensor, bias: tfc.Tensor | undefined): tfc.Tensor {
  const [a, b] = [tfc.reshape(x, [1, ...x.shape]), tfc.reshape(kernel, [1, ...kernel.shape])]
  const attributes = { transposeA: false, transposeB: false, activation: 'linear' }
  const product = runKernel(tfc._FusedMatMul, { a, b, ...(bias && { bias }) }, attributes)
  return tfc.reshape(product, [x.shape[0] ?? 0, kernel.shape[1] ?? 0])
}
