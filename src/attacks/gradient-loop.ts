import type * as tfc from '@tensorflow/tfjs-core'
import type { AttackBatch } from './attack.ts'
import { drawInBall, type Norm, project, steepest } from './norm.ts'
import type { Victim } from './victim.ts'

export interface GradientLoop {
  readonly norm: Norm
  /** ε: the result stays within this distance of the clean image. */
  readonly radius: number
  readonly steps: number
  readonly stepSize: number
  /** What keys the random start, one per restart; null starts at the clean image, whose gradient is known already. */
  readonly start: readonly (string | number)[] | null
}

/**
 * x ← Π(x + α·steepest(∇L)), Π onto the ε-ball and then onto the valid range (Madry et al. 2018). One step of
 * α = ε from the clean image is FGSM (Goodfellow et al. 2015). Returns the last iterate; the caller disposes it.
 */
export async function runGradientLoop(victim: Victim, batch: AttackBatch, loop: GradientLoop): Promise<tfc.Tensor4D> {
  let current = loop.start === null ? batch.images.clone() : drawStart(victim, batch, loop, loop.start)
  for (let step = 0; step < loop.steps; step++) {
    const atCleanImages = step === 0 && loop.start === null
    const gradient = atCleanImages ? batch.gradient : victim.gradient(current, batch.labels)
    const next = takeStep(victim, batch, loop, current, gradient)
    if (!atCleanImages) gradient.dispose()
    current.dispose()
    current = next
    await pauseOrDispose(batch, current)
  }
  return current
}

function takeStep(
  { tf, range }: Victim,
  { images }: AttackBatch,
  { norm, radius, stepSize }: GradientLoop,
  current: tfc.Tensor4D,
  gradient: tfc.Tensor4D,
): tfc.Tensor4D {
  return tf.tidy(() => {
    const change = tf.add<tfc.Tensor4D>(tf.sub(current, images), tf.mul(steepest(tf, norm, gradient), stepSize))
    return tf.clipByValue(tf.add<tfc.Tensor4D>(images, project(tf, norm, radius, change)), ...range)
  })
}

function drawStart(
  { tf, range }: Victim,
  { images, random }: AttackBatch,
  { norm, radius }: GradientLoop,
  keys: readonly (string | number)[],
): tfc.Tensor4D {
  const size = images.size / random.length
  const change = new Float32Array(images.size)
  for (const [index, stream] of random.entries()) {
    change.set(drawInBall(norm, radius, size, stream.fork(...keys)), index * size)
  }
  return tf.tidy(() => tf.clipByValue(tf.add<tfc.Tensor4D>(images, tf.tensor4d(change, images.shape)), ...range))
}

async function pauseOrDispose(batch: AttackBatch, owned: tfc.Tensor): Promise<void> {
  try {
    await batch.pause()
  } catch (reason) {
    owned.dispose()
    throw reason
  }
}
