import type { Shape } from '../graph/graph.ts'
import type { Cost, LayerProblem, Operations, ShapeResult } from './layer.ts'
import { noOperations } from './layer.ts'

/** The only input of a layer that takes one. */
export function onlyInput<T>(inputs: readonly T[]): T {
  const [input] = inputs
  if (input === undefined || inputs.length !== 1) throw new Error(`a layer with one input got ${inputs.length}`)
  return input
}

export function accept(...shape: readonly number[]): ShapeResult {
  return { ok: true, shape }
}

export function reject(problem: LayerProblem): ShapeResult {
  return { ok: false, problem }
}

/** The shape rule of layers that work element by element. */
export function keepShape(_args: unknown, inputs: readonly Shape[]): ShapeResult {
  return accept(...onlyInput(inputs))
}

/** The cost of a layer that runs as it is written. */
export function costOf(operations: Partial<Operations>): Cost {
  const written = { ...noOperations, ...operations }
  return { written, compiled: written }
}
