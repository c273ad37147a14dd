import type * as tfl from '@tensorflow/tfjs-layers'
import type { Code } from '../diagnostics/codes.ts'
import type { Shape } from '../graph/graph.ts'
import type { Construct, ResolvedCall } from '../registry/construct.ts'
import type { ArgsOf, ArgValue, Params } from '../registry/params.ts'
import type { ForwardContext, LayerWeights, Ops } from './ops.ts'

/** Why a layer does not fit its input; the elaborator adds the place, the repetition and the variant. */
export interface LayerProblem {
  readonly code: Code
  /** After the repetition, e.g. "gets 4x4x32, smaller than its 9x9 kernel". */
  readonly message: string
  readonly hint?: string
  /** The hyperparameter at fault, where there is one: its argument gets the caret. */
  readonly parameter?: string
}

export type ShapeResult =
  | { readonly ok: true; readonly shape: Shape }
  | { readonly ok: false; readonly problem: LayerProblem }

/** One weight array, in the order in which tfjs's `getWeights()` lists them (trainable first). */
export interface WeightSpec {
  readonly name: string
  readonly shape: Shape
  readonly trainable: boolean
  /** An entry of the init registry. */
  readonly init: ResolvedCall
  /** How many products one output element sums, and how many output elements one input element feeds. */
  readonly fanIn: number
  readonly fanOut: number
}

/** Counted per example. A multiply–add is one MAC and two FLOPs; a product or an addition alone is one FLOP. */
export interface Operations {
  /** MACs of convolutions, ones kernels included: what the paper counts. */
  readonly conv: number
  /** MACs of dense layers and other matrix products. */
  readonly dense: number
  /** Elementwise products: eq. 1, `scale`. */
  readonly products: number
  /** Additions that belong to no MAC (the box filter as compiled). */
  readonly adds: number
}

export interface Cost {
  /** As the source says it: the literal equations. */
  readonly written: Operations
  /** As it runs after the rewrite. Equal to `written` but for the weight map layers. */
  readonly compiled: Operations
}

export const noOperations: Operations = { conv: 0, dense: 0, products: 0, adds: 0 }
export const noCost: Cost = { written: noOperations, compiled: noOperations }

/**
 * The layer composed of tfjs-layers' own layers, so that a saved model opens in plain tfjs; equal to `forward` bit for bit.
 * The layer that owns the weights and puts out the result takes `name`; auxiliary ones take `name` and a suffix
 * (`conv_1_pad`). Initializers are left at zeros: the builder sets seeded values.
 */
export interface StockLayer<A> {
  /** False for arguments that tfjs-layers cannot do (a grouped convolution); absent: it does all. */
  covers?(args: A): boolean
  build(layers: typeof tfl.layers, name: string, args: A, inputs: readonly tfl.SymbolicTensor[]): tfl.SymbolicTensor
}

/** y ↦ scale[c]·y + offset[c] for each channel c (the last axis), in float64. */
export interface ChannelMap {
  readonly scale: Float64Array
  readonly offset: Float64Array
}

/**
 * Two weights that a channel map can go into. The output is some linear function of `scale`, plus `offset`. Channel c of C depends on
 * the elements i of each, row by row, with i mod C = c alone.
 */
export interface Absorption {
  readonly scale: string
  /** A layer that may lack this weight has a switch of the same name for it. */
  readonly offset: string
}

/** Everything wmnet knows about one layer, in one file. Rules see shapes without the batch. */
export interface LayerSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'layer'
  /** `many`: merges (add, concat); their label arguments become further inputs in the graph. */
  readonly inputs: 'one' | 'many'
  /** Convolutional or weight map layers: "the last convolutional layer" of the paper's measures. */
  readonly convolutional: boolean
  /** `none` only: applying it adds no node. */
  readonly elided?: true
  /**
   * For the canonical hash: the arguments in one of the ways in which the same layer can be written, where there are
   * several (`padding="same"` and its number).
   */
  canonical?(args: ArgsOf<P>): Readonly<Record<string, ArgValue>>
  shape(args: ArgsOf<P>, inputs: readonly Shape[]): ShapeResult
  weights(args: ArgsOf<P>, inputs: readonly Shape[]): readonly WeightSpec[]
  cost(args: ArgsOf<P>, inputs: readonly Shape[], output: Shape): Cost
  /**
   * What the layer computes, for every backend: in tfjs a custom layer runs it in tf.tidy, the emitters write it down.
   * Deterministic but for `context.random`.
   */
  forward<T>(
    ops: Ops<T>,
    inputs: readonly T[],
    weights: LayerWeights<T>,
    args: ArgsOf<P>,
    context: ForwardContext<T>,
  ): T
  /** The equations as the paper prints them, where `forward` is a rewrite of them: for teaching. */
  literal?<T>(ops: Ops<T>, inputs: readonly T[], weights: LayerWeights<T>, args: ArgsOf<P>): T
  /** Whether it puts out its input as it is, at inference. Absent: never. */
  isIdentity?(args: ArgsOf<P>, inputs: readonly Shape[]): boolean
  /** What it is at inference, where that is a channel map of fixed numbers: a layer before it may absorb it. */
  channelMap?(args: ArgsOf<P>, weights: LayerWeights<Float32Array>): ChannelMap
  /** Where a channel map behind the layer can go, so that it is gone. Absent where there is no such place. */
  readonly absorbs?: Absorption
  /** Absent where tfjs-layers has no such layer: then it is custom, and `forward` runs. */
  readonly stock?: StockLayer<ArgsOf<P>>
}

type Definition<P extends Params> = Omit<LayerSpec<P>, 'registry' | 'inputs' | 'convolutional'> &
  Partial<Pick<LayerSpec<P>, 'inputs' | 'convolutional'>>

/** Declares a layer. Everything else (checks, help, docs, tests) is derived by looping over the registry. */
export function defineLayer<const P extends Params>(definition: Definition<P>): LayerSpec<P> {
  return { inputs: 'one', convolutional: false, ...definition, registry: 'layer' }
}
