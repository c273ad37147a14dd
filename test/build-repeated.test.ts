// What tfjs-layers cannot do by itself: a layer that takes one result twice, and a vector that is flattened.
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildModel, loadModelFiles, modelFiles, startBackend, viewLayer } from '../src/backends/tfjs/index.ts'
import type { Graph } from '../src/graph/graph.ts'
import { compile } from '../src/index.ts'
import { createStream } from '../src/random/stream.ts'
import { noise } from './numeric/float64.ts'

beforeAll(() => startBackend('cpu'))

function graphOf(body: string): Graph {
  const [only] = compile(`network N {\n  input 6x6x2\n${body}\n}`).variants
  if (only === undefined) throw new Error(body)
  return only.graph
}

const build = (body: string) => buildModel(graphOf(body), { random: createStream(3) })
const images = () => tf.tensor4d(noise([3, 6, 6, 2], 1), [3, 6, 6, 2])

const valuesOf = async (result: unknown) => Array.from(await (result as tf.Tensor).data())

describe('one result taken twice', () => {
  const conv = 'conv(4, k=3) as l0'

  it.each([
    ['adds it up', `${conv}\nadd(l0)\nadd(l0)`, (x: number[]) => x.map((value) => value + value + value)],
    ['and again', `${conv}\nadd(l0) as l1\nadd(l1)\nadd(l0)`, (x: number[]) => x.map((value) => 4 * value + value)],
  ] as const)('%s', async (_name, body, expected) => {
    const x = await valuesOf(build(conv).predict(images()))
    const found = await valuesOf(build(body).predict(images()))
    expect(found).toEqual(expected(x).map(Math.fround))
  })

  it('concatenates it', async () => {
    const model = build(`${conv}\nconcat(l0)\nconcat(l0)`)
    const [x, found] = [await valuesOf(build(conv).predict(images())), model.predict(images()) as tf.Tensor]
    expect(found.shape).toEqual([3, 4, 4, 12])
    const channels = Array.from({ length: x.length / 4 }, (_, pixel) => x.slice(4 * pixel, 4 * pixel + 4))
    expect(await valuesOf(found)).toEqual(channels.flatMap((each) => [...each, ...each, ...each]))
  })

  it('is the same in training, layer by layer, and after saving', async () => {
    const graph = graphOf(`${conv}\nadd(l0)\nwm.smooth(2, k=3)`)
    const model = buildModel(graph, { random: createStream(3) })
    const found = await valuesOf(model.predict(images()))
    expect(await valuesOf(model.apply(images(), { training: true }))).toEqual(found)
    const view = tf.tidy(() => {
      const { activations, logits } = viewLayer(model, graph, 2, images())
      return logits(activations)
    })
    expect(await valuesOf(view)).toEqual(found)
    const { json, weights } = await modelFiles(model)
    expect(await valuesOf((await loadModelFiles(json, weights)).predict(images()))).toEqual(found)
  })

  it('leaves no tensors behind', () => {
    const model = build(`${conv}\nadd(l0)\nadd(l0)\nconcat(l0)`)
    const input = images()
    const before = tf.memory().numTensors
    tf.dispose(model.predict(input))
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('a vector that is flattened', () => {
  it('stays as it is, and saves', async () => {
    const model = build('flatten\nflatten')
    const found = await valuesOf(model.predict(images()))
    expect(found).toEqual(await valuesOf(images()))
    const { json, weights } = await modelFiles(model)
    expect(await valuesOf((await loadModelFiles(json, weights)).predict(images()))).toEqual(found)
  })
})
