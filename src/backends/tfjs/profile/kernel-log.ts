import * as tf from '@tensorflow/tfjs-core'

/** What ran on the engine since it was opened. */
export interface KernelLog {
  /** Names of the kernels since the last call, in order. A kernel that calls others counts beside them. */
  take(): readonly string[]
  /** Most bytes that tensors held at once, weights and whatever else there is included; not a kernel's own scratch memory. */
  readonly peakBytes: number
  close(): void
}

interface EngineInternals {
  /** What `runKernel` and `customGrad` come down to; the latter has no kernel name. */
  runKernelFunc(call: { readonly kernelName?: string }): unknown
}

/** Logs every kernel until it is closed. tfjs's own `tf.profile` waits for each kernel, and counts `customGrad` as one. */
export function openKernelLog(): KernelLog {
  const engine = tf.engine() as unknown as EngineInternals
  if (typeof engine.runKernelFunc !== 'function') throw new Error('tfjs-core is another than 4.22.0')
  let names: string[] = []
  let peakBytes = tf.memory().numBytes
  const run = engine.runKernelFunc
  engine.runKernelFunc = (call) => {
    const result = run.call(engine, call)
    if (call.kernelName !== undefined) names.push(call.kernelName)
    peakBytes = Math.max(peakBytes, tf.memory().numBytes)
    return result
  }
  return {
    take() {
      const taken = names
      names = []
      return taken
    },
    get peakBytes() {
      return peakBytes
    },
    close: () => void Reflect.deleteProperty(engine, 'runKernelFunc'),
  }
}
