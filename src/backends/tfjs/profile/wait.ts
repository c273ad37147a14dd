import * as tf from '@tensorflow/tfjs-core'

/** Resolves when the current backend has computed everything that it was given. */
export type Wait = () => Promise<void>

/** tfjs computes less than a thousand elements that are not on the GPU yet without it, and such a result waits for nothing. */
const elements = 1024

/** cpu and wasm compute while they are called; the others queue, and a result that is read back comes after all before it. */
export function createWait(): Wait {
  const backend = tf.getBackend()
  if (backend === 'cpu' || backend === 'wasm') return async () => {}
  return async () => {
    const last = tf.tidy(() => tf.add(tf.ones([elements]), 1))
    await last.data()
    last.dispose()
  }
}
