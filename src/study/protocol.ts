import type { Span } from '../diagnostics/diagnostic.ts'
import type { ResolvedCall } from '../registry/construct.ts'

/** A checked protocol: plain data, sent to workers and stored in results.json. */
export interface Protocol {
  readonly name: string
  readonly data: ResolvedCall
  readonly augment: readonly ResolvedCall[]
  readonly train: TrainSettings
  /** How many times each variant is trained, with different seeds. */
  readonly trials: number
  readonly seed: number
  readonly noise: readonly ResolvedCall[]
  readonly attack: readonly ResolvedCall[]
  readonly measure: readonly ResolvedCall[]
  /** What the report shows of where the networks look. */
  readonly explain: readonly ResolvedCall[]
}

export interface TrainSettings {
  readonly optimizer: ResolvedCall
  readonly loss: ResolvedCall
  readonly batch: number
  readonly epochs: number
  /** Which epoch's weights count: an entry of the `keep` registry. */
  readonly keep: ResolvedCall
}

/** The protocol with the places of its entries, for messages about data and networks that do not fit. */
export interface ProtocolSource {
  readonly protocol: Protocol
  readonly spans: {
    readonly name: Span
    readonly data: Span
    readonly train: Span
    readonly augment: readonly Span[]
    readonly noise: readonly Span[]
    readonly attack: readonly Span[]
    readonly measure: readonly Span[]
    readonly explain: readonly Span[]
  }
}
