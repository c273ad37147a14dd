import type * as tfc from '@tensorflow/tfjs-core'
import type { KernelName } from '../../backends/tfjs/kernels/shapes.ts'
import type { Construct } from '../../registry/construct.ts'
import type { ArgsOf, Params } from '../../registry/params.ts'

export type Tf = typeof tfc

/** A rule with its state. Owns the state's tensors until `dispose`. */
export interface Optimizer {
  /** One step on each variable that has a gradient, by the variable's name. The gradients stay the caller's. */
  step(variables: readonly tfc.Variable[], gradients: tfc.NamedTensorMap): void
  dispose(): void
}

export interface OptimizerSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'optimizer'
  create(args: ArgsOf<P>, tf: Tf): Optimizer
}

export function defineOptimizer<const P extends Params>(
  definition: Omit<OptimizerSpec<P>, 'registry'>,
): OptimizerSpec<P> {
  return { ...definition, registry: 'optimizer' }
}

/** One variable at one step. Tensors all have the variable's shape. */
export interface ElementState<Slot extends string> {
  readonly value: tfc.Tensor
  readonly gradient: tfc.Tensor
  readonly slots: Readonly<Record<Slot, tfc.Tensor>>
  /** From 1. */
  readonly step: number
}

/** One rule, said twice: as tensor operations for every backend, and as the kernel that does the same in one pass. */
export interface ElementRule<Slot extends string, Attributes extends tfc.NamedAttrMap> {
  /** Start at zero. */
  readonly slots: readonly Slot[]
  /** An entry of `kernelNames`, whose contract is there. Used where the backend has it. */
  readonly kernel: KernelName
  attributes(step: number): Attributes
  /** The new value and the new slots. Runs inside tf.tidy. */
  update(state: ElementState<Slot>, attributes: Attributes): Updated<Slot>
}

export interface Updated<Slot extends string> {
  readonly value: tfc.Tensor
  readonly slots: Readonly<Record<Slot, tfc.Tensor>>
}

/** An optimizer that treats every element alike. */
export function elementwise<const Slot extends string, Attributes extends tfc.NamedAttrMap>(
  tf: Tf,
  rule: ElementRule<Slot, Attributes>,
): Optimizer {
  const states = new Map<string, Readonly<Record<Slot, tfc.Tensor>>>()
  let step = 0

  const updateVariable = (variable: tfc.Variable, gradient: tfc.Tensor, attributes: Attributes) => {
    const old = states.get(variable.name)
    tf.tidy(() => {
      const slots = old ?? recordOf(rule.slots, () => tf.zerosLike(variable))
      const state: ElementState<Slot> = { value: variable, gradient, slots, step }
      const fused = tf.getKernel(rule.kernel, tf.getBackend()) != null
      const updated = fused ? runStep(tf, rule, state, attributes) : rule.update(state, attributes)
      // Kept before the assignment, which would otherwise be the only owner within this tidy.
      for (const slot of rule.slots) tf.keep(updated.slots[slot])
      variable.assign(updated.value)
      states.set(variable.name, updated.slots)
    })
    if (old !== undefined) tf.dispose(Object.values(old) as tfc.Tensor[])
  }

  return {
    step(variables, gradients) {
      step += 1
      const attributes = rule.attributes(step)
      for (const variable of variables) {
        const gradient = gradients[variable.name]
        if (gradient !== undefined && gradient !== null) updateVariable(variable, gradient, attributes)
      }
    },
    dispose() {
      for (const slots of states.values()) tf.dispose(Object.values(slots) as tfc.Tensor[])
      states.clear()
    },
  }
}

function runStep<Slot extends string, Attributes extends tfc.NamedAttrMap>(
  tf: Tf,
  rule: ElementRule<Slot, Attributes>,
  { value, gradient, slots }: ElementState<Slot>,
  attributes: Attributes,
): Updated<Slot> {
  const inputs = { value, gradient, ...slots }
  const [next, ...rest] = tf.engine().runKernel<tfc.Tensor[]>(rule.kernel, inputs, attributes)
  if (next === undefined || rest.length !== rule.slots.length) {
    throw new Error(`${rule.kernel} gave ${rest.length} slots for ${rule.slots.join(', ')}`)
  }
  return { value: next, slots: recordOf(rule.slots, (slot) => rest[rule.slots.indexOf(slot)] as tfc.Tensor) }
}

function recordOf<K extends string, V>(keys: readonly K[], make: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>
}
