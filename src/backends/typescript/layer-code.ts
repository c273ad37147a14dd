import type { GraphNode, Shape } from '../../graph/graph.ts'
import { layers } from '../../layers/index.ts'
import type { LayerSpec, WeightSpec } from '../../layers/layer.ts'
import { createStream } from '../../random/stream.ts'
import { entryOf } from '../../registry/construct.ts'
import { type Code, codeOps, leaf } from './code.ts'

/** What one layer computes, as statements and an expression over `x` (`x1`, `x2` …) and its weights `w`. */
export interface LayerCode {
  /** Values used more than once, and updates of moving statistics. */
  readonly statements: readonly string[]
  readonly result: string
  /** How many operations. */
  readonly size: number
  /** How often the result names the first input. */
  readonly uses: number
}

/** A layer in testing and in training. */
export interface WrittenLayer {
  readonly spec: LayerSpec
  readonly weights: readonly WeightSpec[]
  readonly testing: LayerCode
  /** Where it differs. */
  readonly training?: LayerCode
  /** It draws random numbers while training. */
  readonly draws: boolean
}

/** @param literal the equations as the paper prints them, where the layer has them */
export function writeLayer(node: GraphNode, inputs: readonly Shape[], literal: boolean): WrittenLayer {
  const spec: LayerSpec = entryOf(layers, node.call)
  const weights = spec.weights(node.call.args, inputs)
  const write = (training: boolean): LayerCode => writeMode(spec, node, inputs, weights, { training, literal })
  const [testing, training] = [write(false), write(true)]
  const differs = JSON.stringify(testing) !== JSON.stringify(training)
  const draws = [...training.statements, training.result].some((text) => text.includes('w.noise'))
  return { spec, weights, testing, draws, ...(differs ? { training } : {}) }
}

/** The names of a layer's inputs in `LayerCode`. */
export function inputNames(count: number): readonly string[] {
  return count === 1 ? ['x'] : Array.from({ length: count }, (_, i) => `x${i + 1}`)
}

function writeMode(
  spec: LayerSpec,
  { call }: GraphNode,
  inputs: readonly Shape[],
  weights: readonly WeightSpec[],
  { training, literal }: { readonly training: boolean; readonly literal: boolean },
): LayerCode {
  const names = inputNames(inputs.length)
  const xs = inputs.map((shape, i) => leaf(names[i] ?? 'x', shape))
  const ws = Object.fromEntries(weights.map(({ name, shape }) => [name, leaf(`w.${name}`, shape)]))
  const updates: (readonly [string, Code])[] = []
  const context = {
    training,
    // Nothing is drawn: the operations that would are written down.
    random: createStream(0),
    update: (name: string, value: Code) => void updates.push([name, value]),
  }
  const result =
    literal && spec.literal !== undefined
      ? spec.literal(codeOps, xs, ws, call.args)
      : spec.forward(codeOps, xs, ws, call.args, context)
  return writeCode(result, updates)
}

/** A part of an expression that is longer gets a line of its own. */
const longest = 64

function writeCode(result: Code, updates: readonly (readonly [string, Code])[]): LayerCode {
  const roots = [...updates.map(([, code]) => code), result]
  const counts = countUses(roots)
  const names = new Map<Code, string>()
  const statements: string[] = []
  const text = (code: Code): string => {
    const named = names.get(code)
    if (named !== undefined) return named
    if (code.pair !== undefined) return nameBoth(code, code.pair)
    const written = code.write(code.inputs.map(text))
    if (code.isLeaf || ((counts.get(code) ?? 0) < 2 && written.length <= longest)) return written
    const name = freshName(code.hint, names)
    names.set(code, name)
    statements.push(`const ${name} = ${written}`)
    return name
  }
  const nameBoth = (part: Code, both: Code): string => {
    if (!names.has(both)) {
      if ([...names.values()].includes('')) throw new Error('a layer takes moments twice, which cannot be written down')
      names.set(both, '')
      statements.push(`const { mean, variance } = ${both.write(both.inputs.map(text))}`)
    }
    return part.hint
  }
  for (const [name, code] of updates) {
    const value = code.isLeaf || (counts.get(code) ?? 0) > 1 ? text(code) : code.write(code.inputs.map(text))
    statements.push(`w.${name}.assign(${value} as tf.Tensor${code.shape.length}D)`)
  }
  const written = result.isLeaf ? text(result) : result.write(result.inputs.map(text))
  return { statements, result: written, size: [...counts.keys()].length, uses: written.match(/\bx1?\b/g)?.length ?? 0 }
}

/** By operation, variables left out. */
function countUses(roots: readonly Code[]): ReadonlyMap<Code, number> {
  const counts = new Map<Code, number>()
  const visit = (code: Code): void => {
    const known = counts.get(code) ?? 0
    if (!code.isLeaf) counts.set(code, known + 1)
    if (known === 0) code.inputs.forEach(visit)
  }
  roots.forEach(visit)
  return counts
}

function freshName(hint: string, names: ReadonlyMap<Code, string>): string {
  const taken = new Set([...names.values(), 'mean', 'variance'])
  let name = hint
  for (let count = 2; taken.has(name); count++) name = `${hint}${count}`
  return name
}
