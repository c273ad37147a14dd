import type { RandomStream } from '../random/stream.ts'
import type { Construct } from '../registry/construct.ts'
import type { ArgsOf, Params } from '../registry/params.ts'

/**
 * A corruption that knows nothing of the network. Exactly one parameter is a sweep. Works on plain arrays, one image
 * at a time with a stream of its own: the same on every backend, for every variant and at any batch size.
 */
export interface NoiseSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'noise'
  /**
   * A new image [H·W·C], values within `range`; `image` stays as it is. `level` is the swept parameter's value,
   * in the input's own units where it is an amplitude. Level 0 gives the image back exactly.
   */
  perturb(
    args: ArgsOf<P>,
    level: number,
    image: Float32Array,
    range: readonly [number, number],
    random: RandomStream,
  ): Float32Array
}

export function defineNoise<const P extends Params>(definition: Omit<NoiseSpec<P>, 'registry'>): NoiseSpec<P> {
  return { ...definition, registry: 'noise' }
}
