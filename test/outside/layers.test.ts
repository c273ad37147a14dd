// Each layer's output and gradients in its input and weights against PyTorch (make.py).
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it } from 'vitest'
import { assignWeights, buildModel } from '../../src/backends/tfjs/index.ts'
import { compile } from '../../src/compile.ts'
import { layers } from '../../src/layers/index.ts'
import { createStream } from '../../src/random/stream.ts'
import { trainableVariables } from '../../src/training/train-epoch.ts'
import { weightNames } from '../../src/weights/names.ts'
import { backends, startBackend } from '../numeric/start-backend.ts'
import { noteDifference, printDifferences, readFixture, relativeDifference } from './fixtures.ts'

const fixture = readFixture('layers')
const { cases } = fixture.settings as {
  readonly cases: readonly { readonly call: string; readonly input: readonly number[] }[]
}

/** Sums of some dozens of products, each rounded to 6e-8. tfjs's erf (gelu) and the wasm backend's selu are good to 1e-7 of 1 and no more. */
const bound = 2e-6

describe.each(backends)('the layers as PyTorch has them, on %s', (backend) => {
  afterEach(() => tf.disposeVariables())

  it.each(cases.map((each, index) => ({ ...each, index })))('$call', async ({ call, input, index }) => {
    await startBackend(backend)
    const { variants, diagnostics } = compile(`network Layer {\n  input ${input.join('x')}\n  ${call}\n}`)
    const graph = variants[0]?.graph
    if (graph === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
    const model = buildModel(graph, { random: createStream(0, 'init') })
    const weights = weightNames(graph)
    const own = (name: string) => name.slice(name.lastIndexOf('.') + 1)
    const values = (name: string) => fixture.values(`${index}/${name}`)
    assignWeights(model, graph, new Map(weights.map(({ name }) => [name, values(`weights/${own(name)}`)])))
    const tensor = (name: string) => {
      const { shape, values: numbers } = fixture.tensor(`${index}/${name}`)
      return tf.tensor(numbers, [...shape])
    }
    const check = (what: string, found: tf.Tensor, expected: string) => {
      const difference = relativeDifference(found.dataSync(), values(expected))
      noteDifference(`${what} (${backend})`, difference)
      expect(difference, what).toBeLessThan(bound)
    }
    const x = tensor('input')
    check('output', model.apply(x, { training: false }) as tf.Tensor, 'output')
    const score = (images: tf.Tensor) =>
      tf.sum<tf.Scalar>(tf.mul(model.apply(images, { training: false }) as tf.Tensor, tensor('cotangent')))
    check('gradient in the input', tf.grad(score)(x), 'gradients/input')
    const learnt = weights.filter(({ weight }) => weight.trainable)
    if (learnt.length === 0) return
    const variables = trainableVariables(model)
    expect(variables).toHaveLength(learnt.length)
    const { grads } = tf.variableGrads(() => score(x), variables)
    for (const [place, { name }] of learnt.entries()) {
      const gradient = grads[variables[place]?.name ?? '']
      if (gradient === undefined) throw new Error(`no gradient of ${name}`)
      check('gradient in the weights', gradient, `gradients/${own(name)}`)
    }
  })
})

it('every layer is here that computes something at inference and on its own', () => {
  const named = new Set(cases.map(({ call }) => /^[\w.]+/.exec(call)?.[0]))
  const identities = ['none', 'dropout', 'uniform_noise', 'gaussian_noise']
  // In the networks: what takes a vector or two maps.
  const elsewhere = ['dense', 'flatten', 'global_avgpool', 'add', 'concat']
  expect([...named, ...identities, ...elsewhere].sort()).toEqual([...layers.keys()].sort())
})

printDifferences()
