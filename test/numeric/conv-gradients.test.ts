import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Conv, convFilterGrad64, convInputGrad64, outputShape } from './conv-reference.ts'
import { expectClose, noise, tensorOf } from './float64.ts'
import { backends, startBackend } from './start-backend.ts'

const none = [0, 0] as const
const square = (n: number) =>
  [
    [n, n],
    [n, n],
  ] as const

const channels = [1, 3, 7, 32, 33, 65]
const convs: Conv[] = [
  ...channels.map((ci, i): Conv => {
    const co = channels[(i * 2 + 1) % channels.length] ?? 1
    return { x: [2, 5, 6, ci], filter: [3, 3, ci, co], stride: [1, 1], pad: square(0) }
  }),
  { x: [3, 7, 9, 5], filter: [3, 3, 5, 6], stride: [1, 1], pad: square(1) },
  { x: [2, 8, 7, 4], filter: [3, 3, 4, 9], stride: [2, 2], pad: square(1) },
  {
    x: [2, 9, 9, 3],
    filter: [3, 3, 3, 4],
    stride: [2, 2],
    pad: [
      [0, 1],
      [0, 1],
    ],
  },
  { x: [1, 10, 8, 3], filter: [1, 1, 3, 5], stride: [2, 2], pad: square(0) },
  { x: [2, 6, 6, 2], filter: [5, 5, 2, 3], stride: [1, 1], pad: square(2) },
  {
    x: [2, 4, 5, 2],
    filter: [2, 3, 2, 4],
    stride: [2, 1],
    pad: [
      [1, 0],
      [0, 2],
    ],
  },
  { x: [1, 12, 12, 3], filter: [9, 9, 3, 4], stride: [1, 1], pad: square(3) },
  { x: [2, 5, 5, 3], filter: [2, 2, 3, 3], stride: [1, 1], pad: square(3) },
  { x: [2, 11, 4, 3], filter: [3, 3, 3, 4], stride: [3, 3], pad: square(1) },
]

const depthwise: Conv[] = [
  ...channels.map((c): Conv => ({ x: [2, 5, 6, c], filter: [3, 3, c, 1], stride: [1, 1], pad: square(1) })),
  { x: [2, 7, 8, 5], filter: [3, 3, 5, 2], stride: [2, 2], pad: square(1) },
  { x: [1, 9, 9, 4], filter: [5, 5, 4, 1], stride: [2, 2], pad: square(0) },
  {
    x: [2, 6, 5, 3],
    filter: [2, 3, 3, 3],
    stride: [1, 1],
    pad: [
      [1, 0],
      [2, 0],
    ],
  },
].map((c): Conv => ({ ...c, depthwise: true }) as Conv)

const explicit = (c: Conv) => [[...none], [...c.pad[0]], [...c.pad[1]], [...none]]

function run(kernel: string, inputs: Record<string, tf.Tensor>, c: Conv): tf.Tensor {
  const shapes = { inputShape: [...c.x], filterShape: [...c.filter] }
  const attributes = { strides: [...c.stride], pad: explicit(c), dilations: [1, 1], ...shapes }
  const conv = c.depthwise ? attributes : { ...attributes, dataFormat: 'NHWC' }
  return tf.engine().runKernel(kernel, inputs, conv as unknown as tf.NamedAttrMap) as tf.Tensor
}

async function check(c: Conv, kernels: { readonly filter: string; readonly input: string }): Promise<void> {
  const [x, filter, dy] = [noise(c.x, 1), noise(c.filter, 2), noise(outputShape(c), 3)]
  const t = { x: tensorOf(x, c.x), filter: tensorOf(filter, c.filter), dy: tensorOf(dy, outputShape(c)) }
  const df = run(kernels.filter, { x: t.x, dy: t.dy }, c)
  expect(df.shape).toEqual(c.filter)
  await expectClose(df, convFilterGrad64(c, x, dy))
  const dx = run(kernels.input, { dy: t.dy, filter: t.filter }, c)
  expect(dx.shape).toEqual(c.x)
  await expectClose(dx, convInputGrad64(c, filter, dy))
}

const label = (c: Conv) => `[${c.x}] with [${c.filter}], stride ${c.stride}, padding ${c.pad.flat()}`

describe.each(backends)('convolution gradients on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  it.each(convs.map((c) => [label(c), c] as const))('conv %s', (_, c) =>
    check(c, { filter: 'Conv2DBackpropFilter', input: 'Conv2DBackpropInput' }),
  )

  it.each(depthwise.map((c) => [label(c), c] as const))('depthwise %s', (_, c) =>
    check(c, { filter: 'DepthwiseConv2dNativeBackpropFilter', input: 'DepthwiseConv2dNativeBackpropInput' }),
  )

  it('are those of tf.conv2d, padding by number', async () => {
    const c: Conv = { x: [3, 8, 7, 5], filter: [3, 3, 5, 6], stride: [2, 2], pad: square(1) }
    const [x, filter, dy] = [noise(c.x, 1), noise(c.filter, 2), noise(outputShape(c), 3)]
    const conv = (a: tf.Tensor, f: tf.Tensor) =>
      tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, 2, 1, 'NHWC', 1, 'floor') as tf.Tensor
    const inputs = [tensorOf(x, c.x), tensorOf(filter, c.filter)]
    const [dx, df] = tf.grads(conv)(inputs, tensorOf(dy, outputShape(c)))
    if (!dx || !df) throw new Error('two gradients expected')
    await expectClose(dx, convInputGrad64(c, filter, dy))
    await expectClose(df, convFilterGrad64(c, x, dy))
  })
})
