import type * as tfc from '@tensorflow/tfjs-core'
import type { Graph, NodeId } from '../graph/graph.ts'
import type { Construct } from '../registry/construct.ts'
import type { ArgsOf, Params } from '../registry/params.ts'

/** A batch of the test set at one level of a sweep. The tensors belong to the evaluation. */
export interface MeasuredBatch {
  /** True class indices, [B], int32. */
  readonly labels: tfc.Tensor1D
  /** Of the perturbed images, [B, classes]. */
  readonly logits: tfc.Tensor2D
  /** At the measure's node for the clean and the perturbed images, [B, …]; null where it names none. */
  readonly activations: { readonly clean: tfc.Tensor; readonly perturbed: tfc.Tensor } | null
  /** Gradient of the summed cross-entropy at the perturbed images, [B, H, W, C]. Costs a backward pass. */
  inputGradient(): tfc.Tensor4D
}

/**
 * A number for each test image; the result is its mean over the test set, summed in float64, so that it does not
 * depend on the batch size.
 */
export interface MeasureSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'measure'
  /** The node whose activations it compares. */
  node?(args: ArgsOf<P>, graph: Graph): NodeId
  /** [B], float32 or int32. Runs inside tf.tidy. */
  perImage(args: ArgsOf<P>, tf: typeof tfc, batch: MeasuredBatch): tfc.Tensor1D
}

export function defineMeasure<const P extends Params>(definition: Omit<MeasureSpec<P>, 'registry'>): MeasureSpec<P> {
  return { ...definition, registry: 'measure' }
}
