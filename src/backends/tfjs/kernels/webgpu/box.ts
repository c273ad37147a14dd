// The box filter is separable: k terms down the columns, then k along the rows, and so is its adjoint.
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { type BoxAttributes, boxOutput, inputOf, kernelNames, sizes4 } from '../shapes.ts'
import { deviceOf, workgroupSize } from '../webgpu-device.ts'

/** `length`: of the axis in the result; `terms`: in what is summed. */
const sumAlongAxis = (component: 1 | 4, first: string, last: string) => `
  fn main(index : i32) {
    if (index >= uniforms.count) { return; }
    let below = index % uniforms.inner;
    let i = index / uniforms.inner % uniforms.length;
    let start = index / (uniforms.inner * uniforms.length) * uniforms.terms;
    let first = max(0, ${first});
    let last = min(uniforms.terms, ${last});
    var sum = ${component === 1 ? '0.0' : 'vec4<f32>(0.0)'};
    for (var t = first; t < last; t++) { sum += x[(start + t) * uniforms.inner + below]; }
    result[index] = sum;
  }`

/** The k elements from i·stride − padding on. */
const window = (component: 1 | 4) =>
  sumAlongAxis(
    component,
    'i * uniforms.stride - uniforms.padding',
    'i * uniforms.stride - uniforms.padding + uniforms.k',
  )

/** Every window that holds element i: ⌈(i + padding − k + 1)/stride⌉ … ⌊(i + padding)/stride⌋. */
const windowsAround = (component: 1 | 4) =>
  sumAlongAxis(
    component,
    '(i + uniforms.padding - uniforms.k + uniforms.stride) / uniforms.stride',
    '(i + uniforms.padding) / uniforms.stride + 1',
  )

type Shader = (component: 1 | 4) => string

function sumAxis(backend: unknown, x: TensorInfo, axis: 1 | 2, length: number, shader: Shader, box: BoxAttributes) {
  const [batch, height, width, channels] = sizes4(x, 'x')
  const component = channels % 4 === 0 ? 4 : 1
  const shape = axis === 1 ? [batch, length, width, channels] : [batch, height, length, channels]
  const count = shape.reduce((a, b) => a * b, 1) / component
  return deviceOf(backend).create(shape, {
    code: shader(component),
    component,
    inputs: { x },
    integers: {
      count,
      inner: ((axis === 1 ? width : 1) * channels) / component,
      length,
      terms: axis === 1 ? height : width,
      k: box.k,
      stride: box.stride,
      padding: box.padding,
    },
    workgroups: Math.ceil(count / workgroupSize),
  })
}

function sumBothAxes(
  backend: unknown,
  x: TensorInfo,
  [height, width]: readonly [number, number],
  shader: Shader,
  box: BoxAttributes,
): TensorInfo {
  const columns = sumAxis(backend, x, 1, height, shader, box)
  const result = sumAxis(backend, columns, 2, width, shader, box)
  deviceOf(backend).dispose(columns)
  return result
}

const box: KernelFunc = ({ inputs, backend, attrs }) => {
  const attributes = attrs as unknown as BoxAttributes
  const { height, width, k, stride, padding } = attributes
  const size = [boxOutput(height, k, stride, padding), boxOutput(width, k, stride, padding)] as const
  return sumBothAxes(backend, inputOf(inputs, 'x'), size, window, attributes)
}

const boxGrad: KernelFunc = ({ inputs, backend, attrs }) => {
  const attributes = attrs as unknown as BoxAttributes
  const size = [attributes.height, attributes.width] as const
  return sumBothAxes(backend, inputOf(inputs, 'dy'), size, windowsAround, attributes)
}

export const boxKernels: readonly KernelConfig[] = [
  { kernelName: kernelNames.box, backendName: 'webgpu', kernelFunc: box },
  { kernelName: kernelNames.boxGrad, backendName: 'webgpu', kernelFunc: boxGrad },
]
