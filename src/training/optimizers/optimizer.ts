import type * as tfc from '@tensorflow/tfjs-core'
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

/**
 * An optimizer that treats every element alike: `update` gives the new value and the new slots, which
 * start at zero. It runs inside tf.tidy.
 */
export function elementwise<const Slot extends string>(
  tf: Tf,
  slotNames: readonly Slot[],
  update: (state: ElementState<Slot>) => { value: tfc.Tensor; slots: Readonly<Record<Slot, tfc.Tensor>> },
): Optimizer {
  const states = new Map<string, Map<Slot, tfc.Tensor>>()
  let step = 0

  const updateVariable = (variable: tfc.Variable, gradient: tfc.Tensor) => {
    const old = states.get(variable.name)
    const next = new Map<Slot, tfc.Tensor>()
    tf.tidy(() => {
      const slots = recordOf(slotNames, (slot) => old?.get(slot) ?? tf.zerosLike(variable))
      const updated = update({ value: variable, gradient, slots, step })
      // Kept before the assignment, which would otherwise be the only owner within this tidy.
      for (const slot of slotNames) next.set(slot, tf.keep(updated.slots[slot]))
      variable.assign(updated.value)
    })
    for (const slot of old?.values() ?? []) slot.dispose()
    states.set(variable.name, next)
  }

  return {
    step(variables, gradients) {
      step += 1
      for (const variable of variables) {
        const gradient = gradients[variable.name]
        if (gradient !== undefined && gradient !== null) updateVariable(variable, gradient)
      }
    },
    dispose() {
      for (const slots of states.values()) for (const slot of slots.values()) slot.dispose()
      states.clear()
    },
  }
}

function recordOf<K extends string, V>(keys: readonly K[], make: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>
}
