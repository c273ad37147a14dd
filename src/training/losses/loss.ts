import type * as tfc from '@tensorflow/tfjs-core'
import type { Construct } from '../../registry/construct.ts'
import type { ArgsOf, Params } from '../../registry/params.ts'

export interface LossSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'loss'
  /**
   * The loss of each image, [B], of logits [B, classes] and class indices [B] (int32); training takes its mean over the
   * batch. Runs inside tf.tidy and tf.grad: differentiable in the logits.
   */
  perImage(args: ArgsOf<P>, tf: typeof tfc, logits: tfc.Tensor2D, labels: tfc.Tensor1D): tfc.Tensor1D
}

export function defineLoss<const P extends Params>(definition: Omit<LossSpec<P>, 'registry'>): LossSpec<P> {
  return { ...definition, registry: 'loss' }
}
