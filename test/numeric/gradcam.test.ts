import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { activationModel, buildModel, readWeights, viewLayer } from '../../src/backends/tfjs/index.ts'
import { compile } from '../../src/compile.ts'
import { gradcam } from '../../src/explain/gradcam.ts'
import type { Graph } from '../../src/graph/graph.ts'
import { createStream } from '../../src/random/stream.ts'
import { convInputGrad64 } from './conv-reference.ts'
import { at4, noise, type Shape4, tensorOf } from './float64.ts'
import { backends, startBackend } from './start-backend.ts'

const classes = [2, 0, 3]
const size = 6
const channels = 3

interface Network {
  readonly graph: Graph
  readonly model: LayersModel
  readonly images: tf.Tensor4D
}

function build(body: string): Network {
  const [variant] = compile(`network Net {\n  input ${size}x${size}x2\n  ${body}\n}`).variants
  if (variant === undefined) throw new Error('the network is wrong')
  const shape: Shape4 = [classes.length, size, size, 2]
  const { graph } = variant
  return {
    graph,
    model: buildModel(graph, { random: createStream(3, 'init') }),
    images: tensorOf(noise(shape, 7), shape),
  }
}

/** Grad-CAM at a label, with the activations that it saw. */
function explain({ graph, model, images }: Network, layer: string | null) {
  const args = { images: 1, layer }
  const node = gradcam.node(args, graph)
  if (node === null) throw new Error('no layer to look at')
  return tf.tidy(() => {
    const view = viewLayer(model, graph, node, images)
    const heat = gradcam.heat(args, tf, view, tf.tensor1d(classes, 'int32'))
    return {
      ...{ node, shape: view.activations.shape, activations: view.activations.dataSync() },
      ...{ heat: heat.dataSync(), logits: view.logits(view.activations).dataSync() },
    }
  })
}

/** ReLU(Σ_k α_k A_k), min–max, in float64; `alpha` by image and channel. */
function combine(
  activations: ArrayLike<number>,
  shape: Shape4,
  alpha: (image: number, channel: number) => number,
): number[] {
  const [batch, height, width, depth] = shape
  return Array.from({ length: batch }, (_, image) => {
    const map = Array.from({ length: height * width }, (_, place) => {
      let sum = 0
      for (let k = 0; k < depth; k++) {
        sum += alpha(image, k) * Number(activations[at4(shape, image, Math.floor(place / width), place % width, k)])
      }
      return Math.max(0, sum)
    })
    const [low, high] = [Math.min(...map), Math.max(...map)]
    return map.map((value) => (high === low ? 0 : (value - low) / (high - low)))
  }).flat()
}

function expectNear(found: ArrayLike<number>, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length)
  expect(Math.max(...wanted.map((value, index) => Math.abs(value - Number(found[index]))))).toBeLessThan(1e-5)
}

describe.each(backends)('Grad-CAM on %s', (backend) => {
  beforeAll(() => startBackend(backend))

  it('weights the maps below a global average and a dense layer by w_ck / (HW)', async () => {
    const network = build(`conv(${channels}, k=3, padding=1) as maps; global_avgpool; dense(4)`)
    const { heat, activations, shape } = explain(network, null)
    const kernel = (await readWeights(network.model, network.graph)).get('dense3.kernel') ?? []
    const alpha = (image: number, k: number) => Number(kernel[k * 4 + (classes[image] ?? 0)]) / size ** 2
    expect(shape).toEqual([3, size, size, channels])
    const wanted = combine(activations, shape, alpha)
    expectNear(heat, wanted)
    // Each map reaches both ends, so the check above compares something.
    expect(wanted.filter((value) => value === 1)).toHaveLength(3)
  })

  it('adds up the ways that lead from the layer to the logit', async () => {
    const network = build(
      `conv(${channels}, k=3, padding=1) as maps; residual { conv(${channels}, k=3, padding=1) }; global_avgpool; dense(4)`,
    )
    const { heat, activations, shape } = explain(network, 'maps')
    const weights = await readWeights(network.model, network.graph)
    const dense = weights.get('dense4.kernel') ?? []
    const filter = weights.get('residual2.conv0.kernel') ?? new Float32Array()
    const alphas = classes.map((label) => {
      const dy = Float32Array.from(
        { length: size ** 2 * channels },
        (_, i) => Number(dense[(i % channels) * 4 + label]) / size ** 2,
      )
      const conv = {
        x: [1, size, size, channels],
        filter: [3, 3, channels, channels],
        stride: [1, 1],
        pad: [
          [1, 1],
          [1, 1],
        ],
      } as const
      const back = convInputGrad64(conv, filter, dy).values.map((value, i) => value + (dy[i] ?? 0))
      return Array.from(
        { length: channels },
        (_, k) => back.filter((_value, i) => i % channels === k).reduce((a, b) => a + b) / size ** 2,
      )
    })
    expectNear(
      heat,
      combine(activations, shape, (image, k) => alphas[image]?.[k] ?? Number.NaN),
    )
  })

  it.each([
    [
      'a chain',
      'block conv(4, k=3, padding="same", stride=2, norm=batchnorm) as maps; block wm.smooth(3); flatten; dense(4)',
    ],
    [
      'branches',
      'block conv(4) as maps; parallel { branch { conv(2, k=1) } branch { wm.unsharp(3); dropout(0.5) } }; flatten; dense(4)',
    ],
    [
      'density',
      'conv(2) as maps; densely { block conv(2, padding="same", groups=2) } x2; concat(maps); flatten; dense(4)',
    ],
    ['a map right below the output', 'block conv(4) as maps; flatten; dense(4)'],
  ])('sees the layers as the model has them: %s', (_name, body) => {
    const network = build(body)
    const { node, logits, activations } = explain(network, 'maps')
    tf.tidy(() => {
      const both = activationModel(network.model, network.graph, node).predict(network.images)
      expect([both].flat().map((tensor) => [...tensor.dataSync()])).toEqual([[...logits], [...activations]])
    })
  })

  it('is 0 everywhere where nothing speaks for the class', () => {
    const network = build(`conv(${channels}, k=1, init=zeros) as maps; global_avgpool; dense(4)`)
    expect(new Set(explain(network, null).heat)).toEqual(new Set([0]))
  })

  it('gives each image what it gives it alone, and leaves no tensor behind', () => {
    const network = build('block conv(4) x2; flatten; dense(4)')
    const all = explain(network, null).heat
    const before = tf.memory().numTensors
    const one = tf.slice(network.images, [1, 0, 0, 0], [1, -1, -1, -1]) as tf.Tensor4D
    const alone = tf.tidy(() => {
      const view = viewLayer(
        network.model,
        network.graph,
        gradcam.node({ images: 1, layer: null }, network.graph) ?? 0,
        one,
      )
      return gradcam.heat({ images: 1, layer: null }, tf, view, tf.tensor1d([classes[1] ?? 0], 'int32')).dataSync()
    })
    one.dispose()
    expect(tf.memory().numTensors).toBe(before)
    expectNear(alone, [...all.slice(alone.length, 2 * alone.length)])
  })
})

it('Grad-CAM looks at the last convolutional or weight map layer, after its norm and activation', () => {
  const { graph } = build(
    'block conv(4) as first; block wm.smooth(4, norm=batchnorm); flatten; block dense(5); dense(4)',
  )
  const named = (layer: string | null) => graph.nodes[(gradcam.node({ images: 1, layer }, graph) ?? 0) - 1]
  expect(named(null)).toMatchObject({
    call: { name: 'relu' },
    inputs: [graph.nodes.find(({ role }) => role === 'norm')?.id],
  })
  expect(named('first')).toMatchObject({ name: 'relu_1' })
  expect(gradcam.node({ images: 1, layer: null }, build('flatten; dense(4)').graph)).toBeNull()
})
