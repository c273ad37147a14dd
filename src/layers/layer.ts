import type * as tfc from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import type { Code } from '../diagnostics/codes.ts'
import type { Shape } from '../graph/graph.ts'
import type { RandomStream } from '../random/stream.ts'
import type { Construct, ResolvedCall } from '../registry/construct.ts'
import type { ArgsOf, ArgValue, Params } from '../registry/params.ts'

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

/** The tfjs operations that layers may use: stock tfjs-core and wmnet's own kernels. */
export interface TensorOps {
  readonly tf: typeof tfc
  /** Σ over cᵢ of eq. 1: x [B, H, W, Cᵢ] and w [H, W, Cᵢ, Cₒ] to [B, H, W, Cₒ]. Differentiable. */
  wmMul(x: tfc.Tensor4D, w: tfc.Tensor4D): tfc.Tensor4D
  /** Sum over each k×k window, zero-padded by `padding` on each side, per channel: [B, H, W, C] to [B, Hₒ, Wₒ, C]. Differentiable. */
  box(x: tfc.Tensor4D, k: number, stride: number, padding: number): tfc.Tensor4D
}

export interface ForwardContext {
  readonly training: boolean
  /** The layer's own stream, for dropout and training noise; advances with every training step. */
  readonly random: RandomStream
}

/**
 * A layer composed of tfjs-layers' own layers, so that a saved model opens in plain tfjs. The layer
 * that owns the weights and puts out the result takes `name`; auxiliary ones take `name` and a suffix
 * (`conv_1_pad`). Initializers are left at zeros: the builder sets seeded values.
 */
export interface StockLayer<A> {
  readonly kind: 'stock'
  build(layers: typeof tfl.layers, name: string, args: A, inputs: readonly tfl.SymbolicTensor[]): tfl.SymbolicTensor
}

/** A layer as a function of tensors; one generic registered layer class wraps it. */
export interface CustomLayer<A> {
  readonly kind: 'custom'
  /** Runs inside tf.tidy; must not dispose or keep tensors. `weights` by the names of `weights()`. */
  forward(
    ops: TensorOps,
    inputs: readonly tfc.Tensor[],
    weights: Readonly<Record<string, tfc.Tensor>>,
    args: A,
    context: ForwardContext,
  ): tfc.Tensor
}

/** Stock for the arguments that tfjs-layers can do, custom for the others (a grouped convolution). */
export interface MixedLayer<A> {
  readonly kind: 'mixed'
  isStock(args: A): boolean
  readonly stock: StockLayer<A>
  readonly custom: CustomLayer<A>
}

/** How tfjs runs a layer. */
export type TfjsLayer<A> = StockLayer<A> | CustomLayer<A> | MixedLayer<A>

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
  readonly tfjs: TfjsLayer<ArgsOf<P>>
}

type Definition<P extends Params> = Omit<LayerSpec<P>, 'registry' | 'inputs' | 'convolutional'> &
  Partial<Pick<LayerSpec<P>, 'inputs' | 'convolutional'>>

/** Declares a layer. Everything else (checks, help, docs, tests) is derived by looping over the registry. */
export function defineLayer<const P extends Params>(definition: Definition<P>): LayerSpec<P> {
  return { inputs: 'one', convolutional: false, ...definition, registry: 'layer' }
}
