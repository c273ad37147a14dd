import type { Edits } from '../../elaborate/edits.ts'
import { type CheckedNetwork, recordApplications, type Setting } from '../../elaborate/elaborate.ts'
import { type CallValue, unknown } from '../../evaluate/value.ts'
import { type Following, obstruct } from './follow-expression.ts'
import { followLayer } from './follow-network.ts'

/**
 * Follows moving values into the layers that structural diffs put at their sites. A replacement takes arguments over by
 * name: whatever has a name that moving values go by is taken to move.
 */
export function followEdits(
  network: CheckedNetwork,
  settings: ReadonlyMap<string, Setting>,
  edits: Edits,
  state: Following,
): void {
  if (edits.size === 0) return
  const recording = recordApplications(network, { settings, edits })
  if (recording === undefined) {
    obstruct(network.declaration.name.span, 'the network as it is has a mistake', state)
    return
  }
  const edited = recording.applications.filter(({ key }) => edits.get(key)?.some(({ kind }) => kind !== 'insert'))
  // Following a define may find further names.
  for (let known = -1; known < state.parameters.size && state.obstacle === undefined; ) {
    known = state.parameters.size
    for (const { call, span } of edited) {
      if (call !== undefined) followLayer(withMovingArguments(call, state.parameters), span, state)
    }
  }
}

/** A layer value, and the layers in its arguments, of which every argument of these names moves. */
function withMovingArguments(call: CallValue, names: ReadonlySet<string>): CallValue {
  const args = [...call.args].map(([name, { value, span }]) => {
    const moving = value.kind === 'call' ? withMovingArguments(value, names) : names.has(name) ? unknown : value
    return [name, { value: moving, span }] as const
  })
  return { ...call, args: new Map(args) }
}
