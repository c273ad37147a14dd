import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.ts'
import type { Graph, Shape } from '../src/graph/graph.ts'
import { hashGraph } from '../src/graph/hash.ts'
import { verifyGraph } from '../src/graph/verify.ts'
import { layers } from '../src/layers/index.ts'
import type { LayerSpec } from '../src/layers/layer.ts'
import { foldBatchNorm } from '../src/passes/fold-batch-norm.ts'
import { inferencePasses, optimizeForInference } from '../src/passes/optimize.ts'
import type { WeightedGraph } from '../src/passes/pass.ts'
import { removeDeadBranches } from '../src/passes/remove-dead-branches.ts'
import { removeIdentities } from '../src/passes/remove-identities.ts'
import { entryOf } from '../src/registry/construct.ts'
import { chain, inputsFor, readCall, shapeFor } from './layers-fixtures.ts'
import { noise } from './numeric/float64.ts'
import { callsOf, differenceInFloat64, outputInFloat64, trainedWeights } from './passes-fixtures.ts'

const single = [...layers.values()].filter((spec) => spec.elided !== true && spec.inputs === 'one')

/** Of rounding the folded weights to float32; everything else is computed in float64. */
const roundingOnly = 2 ** -20

function networkOf(body: string, seed = 1): WeightedGraph {
  const text = `network N { input 7x6x4\n${body}\n}`
  const { diagnostics, variants } = compile(text)
  const graph = variants[0]?.graph
  if (graph === undefined) throw new Error(`${text}: ${diagnostics.map(({ message }) => message).join('; ')}`)
  return { graph, weights: trainedWeights(graph, seed) }
}

function chainOf(input: Shape, ...calls: readonly string[]): WeightedGraph {
  const graph = chain(input, ...calls)
  return { graph, weights: trainedWeights(graph, 1) }
}

describe('batch normalisation folds into the layer before it', () => {
  const maps = [
    'conv(5, k=3)',
    'conv(6, k=3, groups=2, dilation=2, padding="same", stride=2)',
    'conv(5, k=3, padding=1, bias=false)',
    'depthwise(k=3, stride=2, padding=1, multiplier=2)',
    'depthwise(k=3, bias=false)',
    'separable(5, k=3, padding=1)',
    'separable(5, k=2, bias=false)',
    'wm.smooth(5, k=3, padding=1)',
    'wm.smooth(3, k=4, stride=3, padding=1, normalize=true, bias=false)',
    'wm.unsharp(5, k=3, stride=2)',
    'wm.unsharp(3, k=5, normalize=true, bias=false)',
    'layernorm',
    'groupnorm(2)',
    'batchnorm(epsilon=0.1)',
  ]
  const vectors = ['dense(7)', 'dense(6, bias=false)', 'layernorm']

  it.each([...maps.map((call) => [call]), ...vectors.map((call) => ['flatten', call])])('%s %s', (...calls) => {
    const before = chainOf([7, 6, 4], ...calls, 'batchnorm')
    const after = foldBatchNorm.run(before)
    expect(callsOf(after.graph)).toBe(calls.map((call) => readCall('layer', call).name).join(' '))
    expect(verifyGraph(after.graph)).toEqual([])
    expect(differenceInFloat64(before, after)).toBeLessThan(roundingOnly)
    // What it was given is as it was.
    expect(before).toEqual(chainOf([7, 6, 4], ...calls, 'batchnorm'))
  })

  it('is tried above for every layer that says it absorbs', () => {
    const tried = new Set([...maps, ...vectors].map((call) => readCall('layer', call).name))
    const declared = single.filter(({ absorbs }) => absorbs !== undefined).map(({ name }) => name)
    expect([...tried].sort()).toEqual(declared.sort())
  })

  it.each(single.filter(({ absorbs }) => absorbs === undefined).map(({ example }) => example))(
    'and stays behind %s',
    (example) => {
      const call = readCall('layer', example)
      const [shape = []] = inputsFor(entryOf(layers, call), call)
      const before = chainOf(shape, example, 'batchnorm')
      expect(foldBatchNorm.run(before)).toEqual(before)
    },
  )

  it.each([
    ['an activation between', 'block conv(4, k=1, act=relu)\nbatchnorm', 'conv relu batchnorm'],
    ['a dropout between, as long as it is there', 'conv(4, k=1)\ndropout(0.5)\nbatchnorm', 'conv dropout batchnorm'],
    ['a result with two uses', 'conv(4, k=1) as a\nbatchnorm\nadd(a)', 'conv batchnorm add'],
    ['a sum', 'residual { conv(4, k=1) }\nbatchnorm', 'conv add batchnorm'],
    ['the input', 'batchnorm\nconv(4, k=1)', 'batchnorm conv'],
    ['a convolution behind it', 'batchnorm\nrelu\nconv(4)\nlayernorm', 'batchnorm relu conv layernorm'],
  ])('and stays behind %s', (_what, body, calls) => {
    const before = networkOf(body)
    expect(foldBatchNorm.run(before)).toEqual(before)
    expect(callsOf(before.graph)).toBe(calls)
  })

  it('stays where the result is the output as well', () => {
    const { graph, weights } = networkOf('conv(4, k=1)\nbatchnorm\nrelu')
    const before = { graph: { ...graph, output: 1 }, weights }
    expect(foldBatchNorm.run(before)).toEqual(before)
  })

  it('stays where float32 cannot hold the new numbers', () => {
    const { graph, weights } = networkOf('conv(4, k=1)\nbatchnorm\nrelu')
    const name = [...weights.keys()].find((key) => key.endsWith('gamma')) ?? ''
    const before = { graph, weights: new Map([...weights, [name, new Float32Array(4).fill(3e38)]]) }
    expect(foldBatchNorm.run(before)).toEqual(before)
  })

  it('several in a row go into one layer, rounded once', () => {
    const before = networkOf('conv(4, k=1) x2\nbatchnorm x3\nrelu')
    const after = foldBatchNorm.run(before)
    expect(callsOf(after.graph)).toBe('conv conv relu')
    expect(differenceInFloat64(before, after)).toBeLessThan(roundingOnly)
  })

  it('what cannot go further collects what follows', () => {
    const before = networkOf('relu\nbatchnorm x2\ntanh')
    const after = foldBatchNorm.run(before)
    expect(callsOf(after.graph)).toBe('relu batchnorm tanh')
    expect(differenceInFloat64(before, after)).toBeLessThan(roundingOnly)
  })

  it('the numbers are those of the formula, and names stay', () => {
    const { graph, weights } = networkOf('block conv(3, k=1, norm=batchnorm(epsilon=0.01), bias=false)')
    const after = foldBatchNorm.run({ graph, weights })
    expect([...weights.keys()].map((name) => name.split('.').at(-1))).toEqual([
      'kernel',
      'gamma',
      'beta',
      'moving_mean',
      'moving_variance',
    ])
    const [kernel = [], gamma = [], beta = [], mean = [], variance = []] = [...weights.values()].map((v) => [...v])
    const s = gamma.map((value, c) => value / Math.sqrt((variance[c] ?? 0) + 0.01))
    expect([...after.weights]).toEqual([
      ['conv1.kernel', Float32Array.from(kernel, (value, i) => value * (s[i % 3] ?? 0))],
      ['conv1.bias', Float32Array.from(beta, (value, c) => value - (mean[c] ?? 0) * (s[c] ?? 0))],
    ])
  })

  it('labels stay with results: that of the normalised one does, that of what was normalised goes', () => {
    const before = networkOf('conv(4, k=1) as raw\nbatchnorm as normed\nrelu as seen')
    const { graph } = foldBatchNorm.run(before)
    expect(graph.labels).toEqual({ normed: 1, seen: 2 })
    expect(graph.nodes.map(({ origin }) => origin.label)).toEqual(['normed', 'seen'])
  })
})

describe('a wrong fold is seen by the comparison', () => {
  const before = networkOf('wm.smooth(4, k=3, padding=1)\nbatchnorm\nconv(4, k=3)\nbatchnorm')
  const right = foldBatchNorm.run(before)

  it('while the right one passes', () => {
    expect(differenceInFloat64(before, right)).toBeLessThan(roundingOnly)
  })

  it('across an activation', () => {
    const active = networkOf('conv(4, k=1)\nrelu\nbatchnorm')
    const bare = networkOf('conv(4, k=1)\nbatchnorm')
    const named = [...active.weights.values()].map((values, i) => [[...bare.weights.keys()][i] ?? '', values] as const)
    const { weights } = foldBatchNorm.run({ graph: bare.graph, weights: new Map(named) })
    const wrong = { graph: networkOf('conv(4, k=1)\nrelu').graph, weights }
    expect(differenceInFloat64(active, wrong)).toBeGreaterThan(0.01)
  })

  const largest = (values: Float32Array) => Math.max(...values.map(Math.abs))
  const others: Readonly<Record<string, (values: Float32Array) => Float32Array>> = {
    'channels exchanged': (values) => values.map((_, i) => values[i ^ 1] ?? 0),
    'the largest number off by a hundredth': (values) =>
      values.map((value) => (Math.abs(value) === largest(values) ? 1.01 * value : value)),
    'its sign lost': (values) => values.map((value) => (Math.abs(value) === largest(values) ? -value : value)),
  }
  for (const [what, spoil] of Object.entries(others)) {
    it.each([...right.weights])(`${what} in %s`, (name, values) => {
      const wrong = { graph: right.graph, weights: new Map(right.weights).set(name, spoil(values)) }
      expect(differenceInFloat64(before, wrong)).toBeGreaterThan(5 * roundingOnly)
    })
  }
})

describe('layers that do nothing at inference go', () => {
  const special = ['pad(0)', 'crop(0)', 'upsample(1)', 'maxpool(1)', 'avgpool(1)', 'maxpool(1, stride=2)', 'dropout(0)']

  it.each([...single.map(({ example }) => example), ...special])('%s, if it does', (example) => {
    const call = readCall('layer', example)
    const spec: LayerSpec = entryOf(layers, call)
    const [shape = []] = inputsFor(spec, call)
    expectIdentityAsDeclared(example, shape)
  })

  it.each(['flatten', 'dropout(0.5)', 'relu'])('%s of a vector, if it does', (example) => {
    expectIdentityAsDeclared(example, [13])
  })

  /** By its numbers: whatever puts out its input goes, and nothing else. */
  function expectIdentityAsDeclared(example: string, shape: Shape): void {
    const before = chainOf(shape, example, 'tanh')
    const own = { ...before, graph: { ...before.graph, output: 1 } }
    const image = noise(shape, 3)
    const isSame =
      String(outputInFloat64(own, image)) === String(Float64Array.from(image)) &&
      String(shapeFor(entryOf(layers, readCall('layer', example)), readCall('layer', example), [shape])) ===
        String(shape)
    const { graph, weights } = removeIdentities.run(before)
    expect(callsOf(graph)).toBe(isSame ? 'tanh' : `${readCall('layer', example).name} tanh`)
    expect(weights).toEqual(before.weights)
  }

  it('sums and concatenations of one', () => {
    const { graph, weights } = networkOf('conv(4, k=1)\nresidual { conv(4, k=1) }\nrelu')
    const nodes = graph.nodes.map((node) => (node.call.name === 'add' ? { ...node, inputs: [2] } : node))
    const before = { graph: { ...graph, nodes }, weights }
    expect(verifyGraph(before.graph)).toEqual([])
    expect(callsOf(removeIdentities.run(before).graph)).toBe('conv conv relu')
  })

  it('their labels name what they let through', () => {
    const before = networkOf('conv(4, k=1) as a\ndropout(0.5) as b\nrelu\nconv(4, k=1)\ndropout(0.1) x2 as c')
    const { graph } = removeIdentities.run(before)
    expect(callsOf(graph)).toBe('conv relu conv')
    expect(graph.labels).toEqual({ a: 1, b: 1, c: 3 })
    expect(graph.output).toBe(3)
    expect(graph.nodes.map(({ origin }) => origin.label)).toEqual(['a', undefined, 'c'])
  })

  it('a network of nothing else gives its input', () => {
    const { graph } = removeIdentities.run(networkOf('dropout(0.5) as a\ndropout(0.5)'))
    expect([graph.nodes.length, graph.output, graph.labels]).toEqual([0, 0, { a: 0 }])
    expect(verifyGraph(graph)).toEqual([])
  })

  it.each([
    ['residual { dropout(0.5) x2 }', 'dropout add'],
    [
      'parallel(merge=concat) { branch { dropout(0.1) } branch { dropout(0.2) } branch { dropout(0.3) } }',
      'dropout dropout concat',
    ],
    ['residual { conv(4, k=1)\ndropout(0.5) }', 'conv add'],
  ])('but no layer takes a result twice: %s', (body, calls) => {
    const before = networkOf(body)
    const after = removeIdentities.run(before)
    expect(callsOf(after.graph)).toBe(calls)
    expect(differenceInFloat64(before, after)).toBe(0)
  })
})

describe('dead branches go', () => {
  it('with their weights and labels', () => {
    const { graph, weights } = networkOf('conv(4, k=1) as a\nconv(4, k=1) as b\nrelu\nadd(a)\nconv(2, k=1) as c')
    const cut = { graph: { ...graph, output: 1 }, weights }
    const after = removeDeadBranches.run(cut)
    expect(callsOf(after.graph)).toBe('conv')
    expect(after.graph.labels).toEqual({ a: 1 })
    expect([...after.weights]).toEqual([...weights].slice(0, 2))
    expect(hashGraph(after.graph)).toBe(hashGraph(cut.graph))
    expect(differenceInFloat64(cut, after)).toBe(0)
  })

  it('and no longer hold a normalisation back', () => {
    const { graph, weights } = networkOf('conv(4, k=1) as a\nbatchnorm as b\nadd(a)')
    const cut: Graph = { ...graph, output: graph.labels.b ?? 0 }
    expect(callsOf(foldBatchNorm.run({ graph: cut, weights }).graph)).toBe('conv batchnorm add')
    expect(callsOf(optimizeForInference(cut, weights).graph)).toBe('conv')
  })
})

describe('optimizeForInference', () => {
  const body = 'conv(4, k=1)\ndropout(0.3)\nbatchnorm as normed\nrelu\nflatten\ndropout(0.5)\ndense(3)'

  it('folds what a dropout kept apart', () => {
    const before = networkOf(body)
    const after = optimizeForInference(before.graph, before.weights)
    expect(callsOf(after.graph)).toBe('conv relu flatten dense')
    expect(after.graph.labels).toEqual({ normed: 1 })
    expect(differenceInFloat64(before, after)).toBeLessThan(roundingOnly)
    expect(hashGraph(after.graph)).not.toBe(hashGraph(before.graph))
  })

  it('has nothing to do a second time', () => {
    const { graph, weights } = networkOf(body)
    const once = optimizeForInference(graph, weights)
    expect(optimizeForInference(once.graph, once.weights)).toEqual(once)
  })

  it('gives back a network that has nothing to lose', () => {
    const { graph, weights } = networkOf('block conv(4, k=1)\nflatten\ndense(3)')
    const after = optimizeForInference(graph, weights)
    expect(after.graph).toBe(graph)
    expect(after.weights).toBe(weights)
  })

  it.each([
    [
      'lack one',
      (weights: Map<string, Float32Array>) => void weights.delete('conv1.bias'),
      /conv1.bias has no numbers/,
    ],
    [
      'have one more',
      (weights: Map<string, Float32Array>) => void weights.set('x.kernel', new Float32Array(1)),
      /no x.kernel/,
    ],
    [
      'have another size',
      (weights: Map<string, Float32Array>) => void weights.set('conv1.bias', new Float32Array(5)),
      /5 numbers, wanted 4/,
    ],
  ])('refuses weights that %s', (_what, spoil, message) => {
    const { graph, weights } = networkOf(body)
    const spoilt = new Map(weights)
    spoil(spoilt)
    expect(() => optimizeForInference(graph, spoilt)).toThrow(RangeError)
    expect(() => optimizeForInference(graph, spoilt)).toThrow(message)
  })

  it('has passes of different names', () => {
    expect(new Set(inferencePasses.map(({ name }) => name)).size).toBe(3)
  })
})
