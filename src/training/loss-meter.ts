import type { Scalar } from '@tensorflow/tfjs-core'
import type { Tf } from './optimizers/optimizer.ts'

/**
 * The losses of an epoch's batches. They stay on the device until `read`, because every look waits for all the
 * work queued there; the sum is in float64 and in order, so it does not depend on when it was looked at.
 */
export interface LossMeter {
  /** Takes the scalar over. */
  add(loss: Scalar, images: number): void
  /** The mean over the images so far. Rejects by `onBroken` at the first loss that is no finite number. */
  read(): Promise<number>
  dispose(): void
}

export function createLossMeter(tf: Tf, onBroken: (batch: number, loss: number) => Error): LossMeter {
  let pending: { readonly loss: Scalar; readonly images: number }[] = []
  let batches = 0
  let images = 0
  let sum = 0

  const dispose = () => {
    for (const { loss } of pending) loss.dispose()
    pending = []
  }

  return {
    add: (loss, count) => pending.push({ loss, images: count }),
    async read() {
      const read = pending
      if (read.length > 0) {
        const stacked = tf.stack(read.map(({ loss }) => loss))
        dispose()
        const values = await stacked.data()
        stacked.dispose()
        for (const [index, { images: count }] of read.entries()) {
          const loss = values[index] ?? Number.NaN
          batches += 1
          if (!Number.isFinite(loss)) throw onBroken(batches, loss)
          images += count
          sum += loss * count
        }
      }
      return sum / images
    },
    dispose,
  }
}
