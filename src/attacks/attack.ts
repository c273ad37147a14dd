import type * as tfc from '@tensorflow/tfjs-core'
import type { RandomStream } from '../random/stream.ts'
import type { Construct } from '../registry/construct.ts'
import type { ArgsOf, Params } from '../registry/params.ts'
import type { Victim } from './victim.ts'

/** Test images under attack. The tensors belong to the caller: attacks neither dispose nor change them. */
export interface AttackBatch {
  /** [B, H, W, C], within the victim's range. */
  readonly images: tfc.Tensor4D
  /** True class indices, [B], int32. */
  readonly labels: tfc.Tensor1D
  /** The victim's gradient at `images`, computed once for all attacks and levels. */
  readonly gradient: tfc.Tensor4D
  /** One stream per image, keyed by its place in the test set: a result never depends on the batch around it. */
  readonly random: readonly RandomStream[]
  /** Lets the event loop turn and throws once the run is aborted; awaited between the steps of an iterative attack. */
  pause(): Promise<void>
}

/** A perturbation made against the network. Exactly one parameter is a sweep. */
export interface AttackSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'attack'
  /** For attacks of many steps: how far they go from where they start, as a share of ε. Below 1 the check warns. */
  reach?(args: ArgsOf<P>): { readonly steps: number; readonly share: number }
  /**
   * New images within the victim's range and, for `level` = ε, within ε of the clean ones. Level 0 gives the images
   * back exactly. The result is the caller's to dispose.
   */
  perturb(args: ArgsOf<P>, level: number, victim: Victim, batch: AttackBatch): Promise<tfc.Tensor4D>
}

export function defineAttack<const P extends Params>(definition: Omit<AttackSpec<P>, 'registry'>): AttackSpec<P> {
  return { ...definition, registry: 'attack' }
}
