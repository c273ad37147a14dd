import type { Construct } from '../../registry/construct.ts'
import type { ArgsOf, Params } from '../../registry/params.ts'
import type { EpochResult } from '../../study/results.ts'

/** Which epoch's weights a training ends with. */
export interface KeepSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'keep'
  /** Whether it compares epochs by validation images, of which there must then be some. */
  needsValidation(args: ArgsOf<P>): boolean
  /** Whether the weights of the epoch just ended replace those kept so far. The first epoch's are always kept. */
  replaces(args: ArgsOf<P>, ended: EpochResult, kept: EpochResult): boolean
}

export function defineKeep<const P extends Params>(definition: Omit<KeepSpec<P>, 'registry'>): KeepSpec<P> {
  return { ...definition, registry: 'keep' }
}
