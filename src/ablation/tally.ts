import type { Reporter } from '../evaluate/reporter.ts'
import type { Variant } from './variants.ts'

/** Layers of all variants of a program: each network is bounded, but a grid of large ones would still fill the memory. */
const maxLayers = 500_000

/** Counts the layers of a program's variants as they are made. */
export interface Tally {
  layers: number
}

/** True where there is no room for another variant. */
export function isFull({ layers }: Tally): boolean {
  return layers > maxLayers
}

/** Counts a variant in; reports the one that goes over the limit. */
export function countIn({ name, span, graph }: Variant, tally: Tally, report: Reporter): void {
  const wasFull = isFull(tally)
  tally.layers += graph.nodes.length
  if (wasFull || !isFull(tally)) return
  report.error('WM0358', span, `with ${name}, the variants of this program have more than ${maxLayers} layers`, {
    hints: ['nothing after it is looked at; take variants out, or into a file of their own'],
  })
}
