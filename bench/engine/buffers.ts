import * as tf from '@tensorflow/tfjs-core'

/** Bytes in the backend's arrays, where tensors that share one count once; tf.memory() counts each. */
export interface BufferCount {
  readonly live: number
  /** Since the last `restart`. */
  readonly peak: number
  restart(): void
}

interface DataMap {
  set(id: object, entry: { readonly shape?: readonly number[] | null }): void
  delete(id: object): boolean
}

/** Counts the arrays of tfjs's wasm backend from now on; undefined on backends that keep them otherwise. */
export function countBuffers(): BufferCount | undefined {
  const { dataIdMap } = tf.backend() as { dataIdMap?: DataMap }
  if (dataIdMap === undefined) return undefined
  const bytes = new Map<object, number>()
  const count = {
    live: 0,
    peak: 0,
    restart() {
      count.peak = count.live
    },
  }
  const put = (id: object, size: number) => {
    count.live += size - (bytes.get(id) ?? 0)
    count.peak = Math.max(count.peak, count.live)
    bytes.set(id, size)
  }
  const original = { set: dataIdMap.set.bind(dataIdMap), delete: dataIdMap.delete.bind(dataIdMap) }
  dataIdMap.set = (id, entry) => {
    put(id, 4 * (entry.shape ?? []).reduce((product, size) => product * size, 1))
    original.set(id, entry)
  }
  dataIdMap.delete = (id) => {
    put(id, 0)
    bytes.delete(id)
    return original.delete(id)
  }
  return count
}
