import { createReporter } from '../evaluate/reporter.ts'
import { inputId, type Shape } from '../graph/graph.ts'
import { noEdits } from './edits.ts'
import type { Elaboration } from './elaborate.ts'
import { createGraphBuilder } from './graph-builder.ts'
import { createRecording } from './record.ts'

/** Where a layer may be applied as if it stood by itself behind this input; nothing of it reaches the network. */
export function asideFrom({ trace: _, ...state }: Elaboration, input: Shape): Elaboration {
  return {
    ...state,
    report: createReporter(),
    builder: createGraphBuilder({ shape: input, range: [0, 1], span: state.network.declaration.span }),
    current: inputId,
    edits: noEdits,
    labels: [{ names: new Map() }],
    counters: new Map(state.counters),
  }
}

/**
 * Takes the turns of every `alternate` in what a diff takes away, as if it stood there: the layers that are left must not
 * change because it is gone.
 */
export function passOver(walk: (unseen: Elaboration) => void, state: Elaboration): void {
  if (state.builder === undefined) return
  const { labels, counters } = state
  walk({ ...asideFrom(state, state.builder.input.shape), labels, counters, recording: createRecording() })
}
