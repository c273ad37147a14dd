import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { buildModel } from '../src/backends/tfjs/build.ts'
import { kernelNames } from '../src/backends/tfjs/kernels/shapes.ts'
import { compile, type Variant } from '../src/compile.ts'
import { createStream } from '../src/random/stream.ts'
import {
  type EmittedModule,
  emit,
  layerCalls,
  type ModelModule,
  networkOf,
  repeats,
  runModule,
} from './emit-fixtures.ts'
import { noise } from './numeric/float64.ts'

export const title = 'forward, gradients and initial weights are those of the built model, bit for bit'

/**
 * Emitted modules compose wmMul and box from tfjs-core's operations, as wmnet does on backends without kernels of its own. So that
 * both sides compute in the same way, those kernels are taken out where the backend has them; all others serve both sides alike.
 */
export function composeKernels(): void {
  const backend = tf.getBackend()
  for (const name of [kernelNames.wmMul, kernelNames.box, kernelNames.batchNormMoments]) {
    if (tf.getKernel(name, backend)) tf.unregisterKernel(name, backend)
  }
}

const joins = ['add(first)', 'concat(first)']

/** Every layer, and blocks that repeat, in both forms; and the given networks. */
export function testEquality(networks: readonly (readonly [name: string, variant: Variant])[]): void {
  const calls = [...layerCalls, ...joins.map((call) => `relu; ${call}`)]
  for (const [form, expectSameAs] of [
    ['as a function', expectEqual],
    ['as a LayersModel', expectEqualModel],
  ] as const) {
    describe(form, () => {
      it.each(networks)(`%s: ${title}`, async (_name, variant) => expectSameAs(variant))
      it.each(calls)(`%s: ${title}`, async (call) => expectSameAs(networkOf(call)))
      it(`repeats of blocks: ${title}`, async () => {
        for (const variant of compile(repeats).variants) await expectSameAs(variant)
      })
    })
  }
}

export async function expectEqual(variant: Variant): Promise<void> {
  const module = runModule(emit(variant))
  const model = buildModel(variant.graph, { random: createStream(7, 'init') })
  const weights = module.initWeights(7)
  const x = tf.tensor(noise([2, ...variant.graph.input.shape], 3), [2, ...variant.graph.input.shape])
  const built = builtVariables(model, variant)
  await expectSameWeights(built, module, weights)
  await expectSame(module.forward(x, weights), model.predict(x) as tf.Tensor)
  await expectSameGradients(model, built, module, weights, x, isWidelyUsed(variant) ? expectClose : expectSame)
  // Moving statistics have moved in both.
  await expectSame(module.forward(x, weights), model.predict(x) as tf.Tensor)
  model.dispose()
}

/** The same of a module that builds a LayersModel; its results are summed in the built model's order, however often they are used. */
export async function expectEqualModel(variant: Variant): Promise<void> {
  const module = runModule<ModelModule>(emit(variant, { layers: true }))
  const model = buildModel(variant.graph, { random: createStream(7, 'init') })
  const own = module.createModel(7)
  const x = tf.tensor(noise([2, ...variant.graph.input.shape], 3), [2, ...variant.graph.input.shape])
  await expectSame(module.forward(x, own), model.predict(x) as tf.Tensor)
  const [found, expected] = [gradientsOf(own, x), gradientsOf(model, x)]
  expect(found.length).toBe(expected.length)
  for (const [index, gradient] of found.entries()) await expectSame(gradient, expected[index])
  for (const [index, weight] of own.weights.entries()) await expectSame(weight.read(), model.weights[index]?.read())
  const copy = await tfl.models.modelFromJSON(JSON.parse(String(own.toJSON())))
  copy.setWeights(own.getWeights())
  await expectSame(copy.predict(x) as tf.Tensor, own.predict(x) as tf.Tensor)
  for (const each of [model, own, copy]) each.dispose()
}

/** Of Σ y ⊙ r while training: the sum, then the gradient of the input and of every weight. */
function gradientsOf(model: LayersModel, x: tf.Tensor): readonly (tf.Tensor | undefined)[] {
  const image = tf.variable(x)
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)
  const sum = (y: tf.Tensor) => tf.sum(tf.mul(y, tf.tensor(noise(y.shape, 17), y.shape))) as tf.Scalar
  const { value, grads } = tf.variableGrads(
    () => sum(model.apply(image, { training: true }) as tf.Tensor),
    [...variables, image],
  )
  return [value, ...[image, ...variables].map(({ name }) => grads[name])]
}

async function expectSame(found: tf.Tensor | undefined, expected: tf.Tensor | undefined): Promise<void> {
  expect(found?.shape).toEqual(expected?.shape)
  if (found === undefined || expected === undefined) throw new Error('a tensor is missing')
  const [a, b] = [await found.data(), await expected.data()]
  // Much faster than `toEqual`, which says more where this fails.
  const isEqual = a.length === b.length && a.every((value, i) => Object.is(value, b[i]))
  if (!isEqual) expect(a).toEqual(b)
}

/** In the graph's order: tfjs orders the layers of branches by their depth. */
function builtVariables(model: LayersModel, { graph }: Variant): readonly tf.Variable[] {
  return graph.nodes.flatMap(({ name }) =>
    model.getLayer(name).trainableWeights.map((weight) => weight.read() as tf.Variable),
  )
}

async function expectSameWeights(built: readonly tf.Variable[], module: EmittedModule, weights: object): Promise<void> {
  const own = [...module.trainableWeights(weights).values()]
  expect(own.length).toBe(built.length)
  for (const [index, variable] of built.entries()) await expectSame(own[index], variable)
}

/**
 * Of Σ y ⊙ r while training, by every weight and by the input. tfjs sums the gradients of a value's uses in an order that depends on
 * the order in which branches were computed, and tfjs-layers has an order of its own: with three uses or more the sums may round
 * differently.
 */
async function expectSameGradients(
  model: LayersModel,
  built: readonly tf.Variable[],
  module: EmittedModule,
  weights: object,
  x: tf.Tensor,
  compare: typeof expectSame,
): Promise<void> {
  const sum = (y: tf.Tensor) => tf.sum(tf.mul(y, tf.tensor(noise(y.shape, 17), y.shape))) as tf.Scalar
  const options = { training: true }
  const own = [...module.trainableWeights(weights).values()]
  const [image, copy] = [tf.variable(x), tf.variable(x)]
  const found = tf.variableGrads(() => sum(module.forward(image, weights, options)), [...own, image])
  const expected = tf.variableGrads(() => sum(model.apply(copy, options) as tf.Tensor), [...built, copy])
  await expectSame(found.value, expected.value)
  await compare(found.grads[image.name], expected.grads[copy.name])
  for (const [index, variable] of own.entries()) {
    await compare(found.grads[variable.name], expected.grads[built[index]?.name ?? ''])
  }
}

/** tfjs-layers 4.22 disposes a result too early that one layer takes twice, and then cannot run the built model. */
export function takesTwice({ graph }: Variant): boolean {
  return graph.nodes.some(({ inputs }) => new Set(inputs).size < inputs.length)
}

/** Whether some result has more than two uses. */
function isWidelyUsed({ graph }: Variant): boolean {
  const uses = new Map<number, number>()
  for (const id of graph.nodes.flatMap((node) => node.inputs)) uses.set(id, (uses.get(id) ?? 0) + 1)
  return [...uses.values()].some((count) => count > 2)
}

/** Within 1e-4 of the largest value, or of 1: a bias before a normalisation has a gradient of rounding errors alone. */
async function expectClose(found: tf.Tensor | undefined, expected: tf.Tensor | undefined): Promise<void> {
  expect(found?.shape).toEqual(expected?.shape)
  const [a, b] = [await found?.data<'float32'>(), await expected?.data<'float32'>()]
  if (a === undefined || b === undefined) throw new Error('a tensor is missing')
  const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  const worst = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0)
  expect(worst / largest).toBeLessThan(1e-4)
}
