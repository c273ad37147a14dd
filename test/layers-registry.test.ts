import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildModel } from '../src/backends/tfjs/build.ts'
import { loadModelFiles, modelFiles } from '../src/backends/tfjs/save.ts'
import { startBackend } from '../src/backends/tfjs/select.ts'
import type { Shape } from '../src/graph/graph.ts'
import { layers } from '../src/layers/index.ts'
import type { LayerSpec } from '../src/layers/layer.ts'
import { createStream } from '../src/random/stream.ts'
import { chain, inputsFor, readCall, shapeFor } from './layers-fixtures.ts'
import { reference } from './layers-reference.ts'

const built = [...layers.values()].filter((spec) => spec.elided !== true)
const single = built.filter((spec) => spec.inputs === 'one')

beforeAll(async () => {
  await startBackend('cpu')
})

describe.each(built.map((spec) => [spec.example, spec] as const))('%s', (example, spec) => {
  const call = readCall('layer', example)
  const inputs = inputsFor(spec, call)
  const [input = []] = inputs
  const model = () => buildModel(chain(input, example), { random: createStream(1) })

  it('has the shape that tfjs computes', () => {
    const expected = [null, ...shapeFor(spec, call, inputs)]
    const network = model()
    expect(network.outputs[0]?.shape).toEqual(expected)
    const y = network.predict(tf.ones([2, ...input])) as tf.Tensor
    expect(y.shape).toEqual([2, ...expected.slice(1)])
  })

  it('declares the weights that tfjs has, in their order', () => {
    const network = model()
    const declared = spec.weights(call.args, inputs)
    expect(sum(declared.map((weight) => product(weight.shape)))).toBe(network.countParams())
    const name = network.layers.at(-1)?.name ?? ''
    const found = network.getLayer(name).weights.map((weight) => ({
      name: weight.originalName.split('/').at(-1),
      shape: weight.shape,
      trainable: weight.trainable,
    }))
    expect(found).toEqual(declared.map(({ name, shape, trainable }) => ({ name, shape, trainable })))
  })

  it('gives the same outputs after a save and a load', async () => {
    const network = model()
    const { json, weights } = await modelFiles(network)
    const loaded = await loadModelFiles(json, weights)
    const x = tf.tensor(normals(product(input) * 2, 'x'), [2, ...input])
    const [before, after] = [network.predict(x) as tf.Tensor, loaded.predict(x) as tf.Tensor]
    expect(await after.data()).toEqual(await before.data())
    expect(loaded.layers.at(-1)?.getConfig()).toEqual(network.layers.at(-1)?.getConfig())
  })
})

describe.each(single.map((spec) => [spec.example, spec] as const))('%s', (example, spec) => {
  it('computes and costs what its definition says', async () => {
    const call = readCall('layer', example)
    await expectReference(spec, example, inputsFor(spec, call)[0] ?? [])
  })
})

describe('forward passes against float64 references', () => {
  const strides = [1, 2]
  const convs = [3, 5, 9].flatMap((k) =>
    strides.flatMap((stride) => [0, 1, '"same"'].map((padding) => `k=${k}, stride=${stride}, padding=${padding}`)),
  )
  const unsharps = [3, 5, 9].flatMap((k) => strides.map((stride) => `k=${k}, stride=${stride}`))
  const cases = [
    ...convs.map((args) => `conv(3, ${args})`),
    ...convs.map((args) => `wm.smooth(3, ${args})`),
    ...unsharps.map((args) => `wm.unsharp(3, ${args})`),
    'wm.smooth(3, k=4, stride=3, padding=1, normalize=true, bias=false)',
    'wm.unsharp(3, k=5, normalize=true, bias=false)',
    'conv(6, k=3, groups=2)',
    'conv(2, k=3, groups=2, stride=2, padding="same", bias=false)',
    'conv(3, k=3, dilation=2)',
    'conv(4, k=3, dilation=3, padding="same", stride=2, groups=2)',
    'conv(5, k=1, bias=false)',
    'depthwise(k=5, stride=2, padding="same", multiplier=3)',
    'depthwise(k=3, padding=1, bias=false)',
    'separable(5, k=3, stride=2, padding="same")',
    'separable(5, k=2, bias=false)',
    'layernorm(epsilon=0.1)',
    'groupnorm(1)',
    'groupnorm(2, epsilon=0.1)',
    'maxpool(3, stride=2)',
    'maxpool(2)',
    'avgpool(3, stride=2)',
    'avgpool(4)',
    'batchnorm(epsilon=0.1)',
    'scale',
  ]
  it.each(cases)('%s', async (text) => {
    const spec = layers.get(text.split('(')[0] ?? '')
    if (spec === undefined) throw new Error(text)
    await expectReference(spec, text, [11, 10, 2])
  })

  it('dense(7)', async () => {
    const spec = layers.get('dense')
    if (spec !== undefined) await expectReference(spec, 'dense(7)', [13])
  })
})

async function expectReference(spec: LayerSpec, text: string, input: Shape): Promise<void> {
  const call = readCall('layer', text)
  const network = buildModel(chain(input, text), { random: createStream(3) })
  const specs = spec.weights(call.args, [input])
  const values = specs.map(({ name, shape }) => {
    const drawn = normals(product(shape), name).map((value) => value / 2)
    return name === 'moving_variance' ? drawn.map((value) => 0.1 + value ** 2) : drawn
  })
  const tensors = specs.map(({ shape }, i) => tf.tensor(values[i] ?? [], [...shape]))
  network.layers.at(-1)?.setWeights(tensors)
  const weights = Object.fromEntries(specs.map((weight, i) => [weight.name, values[i] ?? []]))
  const size = product(input)
  const x = normals(2 * size, 'x')
  const y = network.predict(tf.tensor(x, [2, ...input])) as tf.Tensor
  const found = await y.data()
  const output = shapeFor(spec, call, [input])
  for (const example of [0, 1]) {
    const expected = reference(spec.name, call.args, x.slice(example * size, (example + 1) * size), input, weights)
    expect(expected.shape).toEqual(output)
    expect(spec.cost(call.args, [input], output).written).toMatchObject(expected.counted)
    const part = found.slice(example * expected.values.length, (example + 1) * expected.values.length)
    expectClose(part as Float32Array, expected.values)
  }
  network.dispose()
}

/** Within 2e-6 of the largest value: float32 rounding of sums of some hundred terms. */
function expectClose(found: Float32Array, expected: Float64Array): void {
  expect(found).toHaveLength(expected.length)
  const largest = Math.max(1, ...expected.map(Math.abs))
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN))))
  expect(worst / largest).toBeLessThan(2e-6)
}

function normals(count: number, purpose: string): Float32Array {
  const random = createStream(5, purpose)
  return Float32Array.from({ length: count }, () => random.normal())
}

function product(shape: Shape): number {
  return shape.reduce((size, dim) => size * dim, 1)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
