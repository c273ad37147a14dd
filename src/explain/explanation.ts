import type * as tfc from '@tensorflow/tfjs-core'
import type { Graph, NodeId } from '../graph/graph.ts'
import type { Construct } from '../registry/construct.ts'
import type { ArgsOf, Params } from '../registry/params.ts'

/** A trained network cut at one layer, for a batch of images. The tensors belong to whoever made the view. */
export interface LayerView {
  /** What the layer puts out for the images, [B, h, w, K]. */
  readonly activations: tfc.Tensor4D
  /**
   * The logits [B, classes] if the layer had put out these activations, every result that does not depend on it left as the images
   * make it. Differentiable; call inside tf.tidy.
   */
  logits(activations: tfc.Tensor4D): tfc.Tensor2D
}

/** Shows where in an image a network saw its class. Every entry has a parameter `images`: how many of them the report shows. */
export interface ExplainSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'explain'
  /** The layer that it looks at; null where the network has none that fits. */
  node(args: ArgsOf<P>, graph: Graph): NodeId | null
  /** How much each place of the layer's map speaks for the image's class (`classes`, [B], int32), 0..1: [B, h, w]. Runs inside tf.tidy. */
  heat(args: ArgsOf<P>, tf: typeof tfc, view: LayerView, classes: tfc.Tensor1D): tfc.Tensor3D
}

export function defineExplanation<const P extends Params>(
  definition: Omit<ExplainSpec<P>, 'registry'>,
): ExplainSpec<P> {
  return { ...definition, registry: 'explain' }
}
