import type { Shape } from '../../graph/graph.ts'
import type { Ops } from '../../layers/ops.ts'
import { placementOf, readMap } from '../../layers/window.ts'
import { asWritten, hwnc, nchw } from './arrangement.ts'
import { elementwiseOps } from './elementwise.ts'
import type { GraphWriter } from './graph-writer.ts'
import { type Activation, activationOf, type OnnxValue, preferredForm, weightOf } from './value.ts'

type Convolution = 'conv2d' | 'depthwiseConv2d' | 'dense' | 'wmMul'
type Pooling = 'box' | 'maxPool' | 'avgPool'
type Resizing = 'pad' | 'crop' | 'upsample'

export function convolutionOps(writer: GraphWriter): Pick<Ops<OnnxValue>, Convolution> {
  return {
    conv2d(x, kernel, bias, { stride, padding, dilation = 1, groups = 1 }) {
      const given = activationOf(x)
      const { shape } = weightOf(kernel)
      const [k = 0, , , channels = 0] = shape
      const inputs = [writer.arrange(given, nchw), writer.weight(weightOf(kernel), [3, 2, 0, 1])]
      if (bias !== undefined) inputs.push(writer.weight(weightOf(bias), [0]))
      const result = slid(given, { k, stride, padding, dilation }, channels)
      const window = { kernel_shape: [k, k], strides: [stride, stride], pads: fourSides(padding) }
      return writer.node('Conv', inputs, result, { ...window, dilations: [dilation, dilation], group: groups })
    },
    // A convolution with as many groups as channels, each with its own M kernels.
    depthwiseConv2d(x, kernel, { stride, padding }) {
      const given = activationOf(x)
      const [k = 0, , channels = 0, multiplier = 0] = weightOf(kernel).shape
      const outputs = channels * multiplier
      const inputs = [writer.arrange(given, nchw), writer.weight(weightOf(kernel), [2, 3, 0, 1], [outputs, 1, k, k])]
      const result = slid(given, { k, stride, padding }, outputs)
      const window = { kernel_shape: [k, k], strides: [stride, stride], pads: fourSides(padding) }
      return writer.node('Conv', inputs, result, { ...window, group: channels })
    },
    dense(x, kernel, bias) {
      const weight = weightOf(kernel)
      const inputs = [writer.arrange(activationOf(x), asWritten(1)), writer.weight(weight, [0, 1])]
      if (bias !== undefined) inputs.push(writer.weight(weightOf(bias), [0]))
      return writer.node('Gemm', inputs, { shape: weight.shape.slice(1), arrangement: asWritten(1) })
    },
    // MatMul takes the leading axes for a batch: one product [B, Cᵢ]·[Cᵢ, Cₒ] for each pixel.
    wmMul(x, kernel) {
      const weight = weightOf(kernel)
      const [height = 0, width = 0, , channels = 0] = weight.shape
      const inputs = [writer.arrange(activationOf(x), hwnc), writer.weight(weight, [0, 1, 2, 3])]
      return writer.node('MatMul', inputs, { shape: [height, width, channels], arrangement: hwnc })
    },
  }
}

export function poolingOps(writer: GraphWriter): Pick<Ops<OnnxValue>, Pooling> {
  return {
    maxPool: (x, size, stride) => pool(writer, 'MaxPool', activationOf(x), { k: size, stride, padding: 0 }),
    avgPool: (x, size, stride) => pool(writer, 'AveragePool', activationOf(x), { k: size, stride, padding: 0 }),
    // The mean, zeros around the map included, times k².
    box(x, k, stride, padding) {
      if (k === 1 && stride === 1 && padding === 0) return x
      const means = pool(writer, 'AveragePool', activationOf(x), { k, stride, padding })
      return k === 1 ? means : elementwiseOps(writer).mul(means, k * k)
    },
  }
}

function pool(writer: GraphWriter, operator: 'MaxPool' | 'AveragePool', x: Activation, window: Window): Activation {
  const { k, stride, padding } = window
  // Runtimes refuse padding as wide as the window.
  if (padding >= k) return pool(writer, operator, surround(writer, x, padding), { k, stride, padding: 0 })
  const attributes = { kernel_shape: [k, k], strides: [stride, stride] }
  const around = padding === 0 ? {} : { pads: fourSides(padding), count_include_pad: 1 }
  const result = slid(x, window, x.shape.at(-1) ?? 0)
  return writer.node(operator, [writer.arrange(x, nchw)], result, { ...attributes, ...around })
}

export function resizingOps(writer: GraphWriter): Pick<Ops<OnnxValue>, Resizing> {
  return {
    pad: (x, size) => (size === 0 ? x : surround(writer, activationOf(x), size)),
    crop(x, size) {
      if (size === 0) return x
      const given = activationOf(x)
      const { height, width, channels } = mapOf(given)
      const { name, arrangement } = preferredForm(given)
      const rows = [arrangement.indexOf(1), arrangement.indexOf(2)]
      const ranges = [[size, size], [height - size, width - size], rows].map(writer.ints)
      const shape = [height - 2 * size, width - 2 * size, channels]
      return writer.node('Slice', [name, ...ranges], { shape, arrangement })
    },
    upsample(x, size) {
      const given = activationOf(x)
      const { height, width, channels } = mapOf(given)
      const inputs = [writer.arrange(given, nchw), '', writer.floats([1, 1, size, size])]
      const shape = [size * height, size * width, channels]
      const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      return writer.node('Resize', inputs, { shape, arrangement: nchw }, nearest)
    },
  }
}

/** The map with `size` zeros on each side. */
function surround(writer: GraphWriter, x: Activation, size: number): Activation {
  const { height, width, channels } = mapOf(x)
  const { name, arrangement } = preferredForm(x)
  const side = arrangement.map((axis) => (axis === 1 || axis === 2 ? size : 0))
  const shape = [height + 2 * size, width + 2 * size, channels]
  return writer.node('Pad', [name, writer.ints([...side, ...side])], { shape, arrangement })
}

interface Window {
  readonly k: number
  readonly stride: number
  readonly padding: number
  readonly dilation?: number
}

/** The map that a window which slides over `x` makes, as ONNX convolves and pools it. */
function slid(x: Activation, { dilation = 1, ...window }: Window, channels: number) {
  const { outHeight, outWidth } = placementOf('a window', { noun: 'window', dilation, ...window }, x.shape)
  return { shape: [outHeight, outWidth, channels], arrangement: nchw }
}

function mapOf(x: Activation): NonNullable<ReturnType<typeof readMap>> {
  const map = readMap(x.shape)
  if (map === null) throw new Error(`[${x.shape}] is no map`)
  return map
}

/** Top, left, bottom, right. */
function fourSides(padding: number): Shape {
  return [padding, padding, padding, padding]
}
