import type * as tfc from '@tensorflow/tfjs-core'
import { releasingEarly } from '../training/release-early.ts'
import { attackedCrossEntropy } from './cross-entropy.ts'

/** The network as an attack sees it: evaluation mode, logits, and a box of valid inputs. */
export interface Victim {
  readonly tf: typeof tfc
  readonly range: readonly [number, number]
  /** [B, H, W, C] to [B, classes]. Call inside tf.tidy. */
  logits(images: tfc.Tensor4D): tfc.Tensor2D
  /** Cross-entropy of each image, [B]. */
  losses(images: tfc.Tensor4D, labels: tfc.Tensor1D): tfc.Tensor1D
  /**
   * ∇ₓ Σᵢ CE(zᵢ, yᵢ), [B, H, W, C]. A sum and not a mean: each image's gradient is its own, whatever the batch size.
   * Not cleaned: it holds whatever the network gives, zeros, NaN and infinities included.
   */
  gradient(images: tfc.Tensor4D, labels: tfc.Tensor1D): tfc.Tensor4D
}

/** `forward` maps images to logits in evaluation mode. */
export function createVictim(
  tf: typeof tfc,
  range: readonly [number, number],
  forward: (images: tfc.Tensor4D) => tfc.Tensor2D,
): Victim {
  const losses = (images: tfc.Tensor4D, labels: tfc.Tensor1D) => attackedCrossEntropy(tf, forward(images), labels)
  return {
    tf,
    range,
    logits: forward,
    losses: (images, labels) => tf.tidy(() => losses(images, labels)),
    gradient: (images, labels) =>
      tf.tidy(
        () => tf.grad(releasingEarly(tf, (x) => tf.sum(losses(x as tfc.Tensor4D, labels))))(images) as tfc.Tensor4D,
      ),
  }
}
