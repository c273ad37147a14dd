import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { exportOnnx } from '../src/backends/onnx/index.ts'
import { buildModel } from '../src/backends/tfjs/build.ts'
import { assignWeights } from '../src/backends/tfjs/weights.ts'
import { compile } from '../src/compile.ts'
import { type Graph, nodeOf } from '../src/graph/graph.ts'
import { layers } from '../src/layers/index.ts'
import { inferencePasses, optimizeForInference } from '../src/passes/optimize.ts'
import type { WeightedGraph } from '../src/passes/pass.ts'
import { createStream } from '../src/random/stream.ts'
import { entryOf } from '../src/registry/construct.ts'
import { compileExample } from './emit-fixtures.ts'
import { startBackend } from './numeric/start-backend.ts'
import { differenceOf, drawBatch, type Run, runOnnx, runTfjs, subjectOf } from './onnx-fixtures.ts'
import { differenceInFloat64, mostRounding, roundingOf, trainedWeights, withBatchNorms } from './passes-fixtures.ts'
import { defines, networks } from './property/random-network.ts'
import { runs } from './property/runs.ts'

const root = join(import.meta.dirname, '..')
const files = readdirSync(join(root, 'examples'), { recursive: true })
  .map((name) => join('examples', String(name)))
  .filter((path) => path.endsWith('.wmnet'))
const variants = files.flatMap((path) =>
  compileExample(path).variants.map(({ name, graph }) => [`${path} ${name}`, graph] as const),
)

beforeAll(() => startBackend('wasm'))

describe('optimised examples give the same outputs and classes', () => {
  it.each(variants)('%s as it is', async (_name, graph) => {
    await expectSame(graph)
  })

  it.each(variants)('%s with batch normalisation behind every layer', async (_name, graph) => {
    const normed = withBatchNorms(graph)
    const optimised = await expectSame(normed)
    expect(countNorms(optimised)).toBeLessThan(countNorms(normed) / 2)
  })
})

async function expectSame(graph: Graph): Promise<Graph> {
  const weights = trainedWeights(graph, 1)
  const after = optimizeForInference(graph, weights)
  expect(missed(after.graph)).toEqual([])
  const images = drawBatch(graph, 4)
  const [expected, found] = [await run({ graph, weights }, images), await run(after, images)]
  expect(expected.values.every(Number.isFinite)).toBe(true)
  expect(differenceOf(found, expected)).toBeLessThanOrEqual(1e-5)
  expect(classesOf(found)).toEqual(classesOf(expected))
  return after.graph
}

async function run({ graph, weights }: WeightedGraph, images: Run): Promise<Run> {
  const model = buildModel(graph, { random: createStream(3) })
  assignWeights(model, graph, weights)
  const outputs = await runTfjs(model, images)
  model.dispose()
  return outputs
}

function classesOf({ shape, values }: Run): readonly number[] {
  const [count = 0] = shape
  const size = values.length / count
  return Array.from({ length: count }, (_, row) => {
    const logits = values.subarray(row * size, (row + 1) * size)
    return logits.indexOf(Math.max(...logits))
  })
}

const countNorms = ({ nodes }: Graph) => nodes.filter(({ call }) => call.name === 'batchnorm').length

/** Batch normalisations alone behind a layer that could absorb them, and dropouts. */
function missed(graph: Graph): readonly string[] {
  const uses = (id: number) => graph.nodes.filter(({ inputs }) => inputs.includes(id)).length
  return graph.nodes.flatMap(({ name, call, inputs }) => {
    const [input = 0] = inputs
    if (call.name !== 'batchnorm' || input === 0 || uses(input) > 1 || graph.output === input) return []
    return entryOf(layers, nodeOf(graph, input).call).absorbs === undefined ? [] : [name]
  })
}

describe('random networks', () => {
  it('each pass leaves what they compute as it was, in float64', () => {
    const changed = new Map(inferencePasses.map(({ name }) => [name, 0]))
    let [steady, unsteady] = [0, 0]
    fc.assert(
      fc.property(networks, fc.integer({ min: 1, max: 100 }), ({ text }, seed) => {
        for (const { graph } of compile(`${defines}\n${text}`).variants) {
          let network: WeightedGraph = { graph: withCut(graph, seed), weights: trainedWeights(graph, seed) }
          for (const pass of inferencePasses) {
            const after = pass.run(network)
            const bound = 1e-6 + 8 * roundingOf(network)
            if (!(bound <= mostRounding)) unsteady++
            else {
              steady++
              expect(differenceInFloat64(network, after, 1)).toBeLessThanOrEqual(bound)
            }
            const isChanged = after.graph.nodes.length < network.graph.nodes.length
            changed.set(pass.name, Number(isChanged) + (changed.get(pass.name) ?? 0))
            network = after
          }
          expect(missed(network.graph)).toEqual([])
        }
      }),
      runs(60),
    )
    expect(Math.min(...changed.values())).toBeGreaterThan(0)
    expect(unsteady).toBeLessThan(steady / 4)
  })

  it('the ONNX file of the optimised one gives what the tfjs model of the other does', async () => {
    let folded = 0
    await fc.assert(
      fc.asyncProperty(networks, async ({ text }) => {
        for (const { graph } of compile(`${defines}\n${text}`).variants) {
          // tfjs-layers counts such a tensor's uses wrongly and disposes of it before its last one.
          if (graph.nodes.some(({ inputs }) => new Set(inputs).size < inputs.length)) continue
          const weights = trainedWeights(graph, 2)
          const after = optimizeForInference(graph, weights)
          const images = drawBatch(graph, 2)
          const expected = await run({ graph, weights }, images)
          const other = await runOnnx(exportOnnx(subjectOf(graph), weights), images)
          // What float32 makes of one network in two programs.
          const bound = 1e-5 + 4 * differenceOf(other, expected)
          if (!(bound <= mostRounding)) continue
          if (countNorms(after.graph) < countNorms(graph)) folded++
          expect(differenceOf(await run(after, images), expected)).toBeLessThanOrEqual(bound)
          const onnx = exportOnnx(subjectOf(after.graph), after.weights)
          expect(differenceOf(await runOnnx(onnx, images), expected)).toBeLessThanOrEqual(bound)
        }
      }),
      runs(40),
    )
    expect(folded).toBeGreaterThan(10)
  })
})

/** Every third network puts out what one of its layers in the middle gives: the rest is dead. */
function withCut(graph: Graph, seed: number): Graph {
  return seed % 3 === 0 ? { ...graph, output: Math.ceil(graph.nodes.length / 2) } : graph
}
