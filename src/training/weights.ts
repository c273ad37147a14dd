import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Tf } from './optimizers/optimizer.ts'

/** A model's weights and moving averages outside of the backend, in the order of `model.weights`. */
export type WeightSnapshot = readonly Float32Array[]

/** A copy: backends may hand out the array that they compute on. */
export async function takeSnapshot(model: LayersModel): Promise<WeightSnapshot> {
  const values = await Promise.all(model.weights.map((weight) => weight.read().data()))
  return values.map((array) => Float32Array.from(array))
}

export function restoreSnapshot(tf: Tf, model: LayersModel, snapshot: WeightSnapshot): void {
  tf.tidy(() => {
    for (const [index, weight] of model.weights.entries()) {
      const values = snapshot[index]
      if (values === undefined) throw new Error(`the snapshot has no values for ${weight.name}`)
      weight.write(tf.tensor(values, weight.shape.map(Number)))
    }
  })
}
