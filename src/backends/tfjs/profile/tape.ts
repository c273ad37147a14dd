// `tf.variableGrads` in pieces, so that one can wait between layers: it is synchronous, and an accelerator is not. Knows tfjs-core's
// tape (4.22.0, pinned): `startTape`, `endTape`, `state.activeTape`, and what a node of it is.
import * as tf from '@tensorflow/tfjs-core'

interface TapeNode {
  readonly id: number
  readonly kernelName: string
  readonly inputs: tf.NamedTensorMap
  readonly outputs: readonly tf.Tensor[]
  readonly gradient?: (dys: readonly (tf.Tensor | null)[]) => Readonly<Record<string, () => tf.Tensor>>
  readonly saved?: readonly tf.Tensor[]
}

/** What a stretch of the forward pass left for the backward pass. */
export type Tape = readonly TapeNode[]

interface EngineInternals {
  startTape(): void
  endTape(): void
  readonly state: { activeTape: readonly TapeNode[] | null }
}

/** Runs a stretch of a forward pass. `disposeTapes` frees what its tape keeps. */
export function recordTape<T>(work: () => T): { readonly result: T; readonly tape: Tape } {
  const engine = tf.engine() as unknown as EngineInternals
  engine.startTape()
  try {
    const result = work()
    if (engine.state.activeTape === null) throw new Error('tfjs keeps no tape: wmnet needs version 4.22.0')
    return { result, tape: engine.state.activeTape }
  } finally {
    engine.endTape()
    engine.state.activeTape = null
  }
}

export function disposeTapes(tapes: readonly Tape[]): void {
  for (const node of tapes.flat()) tf.dispose([...(node.saved ?? [])])
}

export interface Backward {
  /** Backpropagates through one of the tapes; the last one first. */
  through(tape: Tape): void
  /** Of the variables that the loss depends on, by name, once all tapes are through. */
  gradients(): tf.NamedTensorMap
}

/**
 * The gradients of a scalar that the tapes, in forward order, compute from the variables: the same kernels in the same order as
 * `tf.variableGrads`, so the same bits.
 */
export function startBackward(loss: tf.Scalar, tapes: readonly Tape[], variables: readonly tf.Variable[]): Backward {
  const used = findUsed(loss, tapes.flat(), variables)
  const sums = new Map<number, tf.Tensor>([[loss.id, tf.ones(loss.shape)]])
  return {
    through(tape) {
      for (const node of [...tape].reverse()) {
        const inputs = used.get(node.id)
        if (inputs !== undefined) backpropagate(node, inputs, sums)
      }
    },
    gradients() {
      return Object.fromEntries(
        variables.flatMap(({ id, name }) => {
          const gradient = sums.get(id)
          return gradient === undefined ? [] : [[name, gradient] as const]
        }),
      )
    },
  }
}

/** The nodes between variables and loss, by id, with the names of those inputs that depend on a variable. */
function findUsed(loss: tf.Tensor, nodes: Tape, variables: readonly tf.Variable[]): ReadonlyMap<number, Set<string>> {
  const fromVariables = new Set(variables.map(({ id }) => id))
  const used = new Map<number, Set<string>>()
  for (const node of nodes) {
    const names = Object.keys(node.inputs).filter((name) => fromVariables.has(inputOf(node, name).id))
    if (names.length === 0) continue
    used.set(node.id, new Set(names))
    for (const output of node.outputs) fromVariables.add(output.id)
  }
  const towardsLoss = new Set([loss.id])
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some(({ id }) => towardsLoss.has(id))) used.delete(node.id)
    else for (const input of Object.values(node.inputs)) towardsLoss.add(input.id)
  }
  return used
}

function backpropagate(node: TapeNode, names: ReadonlySet<string>, sums: Map<number, tf.Tensor>): void {
  if (node.gradient === undefined) throw new Error(`tfjs has no gradient of ${node.kernelName}`)
  const gradients = node.gradient(node.outputs.map(({ id }) => sums.get(id) ?? null))
  for (const name of names) {
    const gradient = gradients[name]
    if (gradient === undefined) throw new Error(`the gradient of ${node.kernelName} leaves out ${name}`)
    const { id } = inputOf(node, name)
    const value = tf.tidy(gradient)
    const before = sums.get(id)
    sums.set(id, before === undefined ? value : tf.add(before, value))
    before?.dispose()
  }
}

function inputOf(node: TapeNode, name: string): tf.Tensor {
  const input = node.inputs[name]
  if (input === undefined) throw new Error(`${node.kernelName} has no input ${name}`)
  return input
}
