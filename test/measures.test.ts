import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { startBackend } from '../src/backends/tfjs/index.ts'
import { nonFiniteGradients } from '../src/measures/gradient-health.ts'
import { measures } from '../src/measures/index.ts'
import type { MeasuredBatch } from '../src/measures/measure.ts'
import { callOf, stackOf, tinyGraph } from './training-fixtures.ts'

beforeAll(async () => {
  await startBackend('cpu')
})

const logits = [
  [2, 1, 0],
  [0, 1, 1],
  [-5, 0, 3],
]
const labels = [0, 2, 2]
const clean = [
  [1, 2, 3, 4],
  [0, 0, 0, 0],
  [-1, 1, -1, 1],
]
const perturbed = [
  [1, 2, 3, 4],
  [0.5, 0, 0, 0],
  [1, -1, 1, 3],
]
const gradient = [
  [0, 0, 0, 0],
  [0, 1e-30, 0, 0],
  [0, -0, 0, 0],
]

async function valuesOf(name: string): Promise<readonly number[]> {
  const batch: MeasuredBatch = {
    labels: tf.tensor1d(labels, 'int32'),
    logits: tf.tensor2d(logits),
    activations: { clean: tf.tensor(clean, [3, 4]), perturbed: tf.tensor(perturbed, [3, 4]) },
    inputGradient: () => tf.tensor4d(gradient.flat(), [3, 2, 2, 1]),
  }
  const spec = measures.get(name)
  if (spec === undefined) throw new Error(name)
  return [...(await spec.perImage(callOf('measure', name).args, tf, batch).data())]
}

/** Written out from the definitions, in float64. */
const expected: Readonly<Record<string, readonly number[]>> = {
  // Of two equal logits the first counts, so the second image is wrong.
  error: [0, 1, 0],
  loss: logits.map(
    (row, image) => Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - (row[labels[image] ?? 0] ?? 0),
  ),
  activation_mse: [0, 0.25 / 4, (4 + 4 + 4 + 4) / 4],
  zero_gradient_fraction: [1, 0, 1],
}

test.each([...measures.keys()])('%s is what its definition says of each image', async (name) => {
  const found = await valuesOf(name)
  const wanted = expected[name] ?? []
  expect(found).toHaveLength(wanted.length)
  for (const [image, value] of wanted.entries()) expect(found[image]).toBeCloseTo(value, 5)
})

test('activation_mse looks at a label, or at the last convolutional layer after its norm and activation', () => {
  const spec = measures.get('activation_mse')
  const graph = { ...tinyGraph(), labels: { stem: 1 } }
  expect(spec?.node?.({ at: 'stem' }, graph)).toBe(1)
  const statement = graph.nodes.map((node) => ({
    ...node,
    origin: { ...node.origin, statement: node.id > 3 ? node.id : 0 },
  }))
  expect(spec?.node?.({ at: null }, { ...graph, nodes: statement })).toBe(3)
})

test('activation_mse has nothing to look at in a network without convolutions', () => {
  const graph = stackOf([4, 4, 1], [callOf('layer', 'flatten'), callOf('layer', 'dense', { units: 2 })])
  expect(() => measures.get('activation_mse')?.node?.({ at: null }, graph)).toThrow(/nothing to measure/)
})

test('a gradient counts as broken by one NaN or infinity', async () => {
  const rows = [
    [0, 1, 2, 3],
    [0, Number.NaN, 0, 0],
    [0, 0, Number.NEGATIVE_INFINITY, 0],
  ]
  expect([...(await nonFiniteGradients(tf, tf.tensor4d(rows.flat(), [3, 2, 2, 1])).data())]).toEqual([0, 1, 1])
})
