import '@tensorflow/tfjs-backend-cpu'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { registerKernels } from '../../src/backends/tfjs/ops/index.ts'

export const backends = ['cpu', 'wasm'] as const

let located = false

/** Makes tfjs's backend active, with wmnet's kernels. */
export async function startBackend(name: (typeof backends)[number]): Promise<void> {
  if (name === 'wasm' && !located) {
    located = true
    const bundle = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
    setWasmPaths(`${dirname(bundle)}/`)
  }
  await tf.setBackend(name)
  await tf.ready()
  await registerKernels(name)
}
