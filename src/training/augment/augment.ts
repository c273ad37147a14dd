import type { Construct } from '../../registry/construct.ts'
import type { ArgsOf, Params } from '../../registry/params.ts'

/** The layout of a batch [count, height, width, channels] and the values that its pixels may take. */
export interface BatchShape {
  readonly count: number
  readonly height: number
  readonly width: number
  readonly channels: number
  /** [low, high] of the dataset; padding is filled with low, which is black. */
  readonly range: readonly [number, number]
}

/** What augmentations draw from. */
export interface AugmentStream {
  /** Uniform in [0, 1). */
  uniform(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
}

/**
 * Changes training images before each step. Plain arrays instead of tensors: the same seed gives the same
 * images on every backend.
 */
export interface AugmentSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'augment'
  /**
   * A new array of the same layout; `images` [count, height, width, channels] stays as it is. Draws from `random`
   * a number of times that depends on the count alone, image by image.
   */
  apply(args: ArgsOf<P>, images: Float32Array, shape: BatchShape, random: AugmentStream): Float32Array<ArrayBuffer>
}

export function defineAugment<const P extends Params>(definition: Omit<AugmentSpec<P>, 'registry'>): AugmentSpec<P> {
  return { ...definition, registry: 'augment' }
}
