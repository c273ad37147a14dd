// Functions that emitted modules get copies of: this file is parsed by `wmnet emit`, not imported.
import { readArrays, startOf } from './arrays.ts'
import { createWeights, type Weights } from './record.ts'

/** The weights that training starts from: for one seed the same on every backend. */
export function initWeights(seed: number): Weights {
  return createWeights((row) => startOf(seed, row))
}

/** The weights in a safetensors file of float32 tensors. Throws where it is damaged, or of another network. */
export function loadWeights(bytes: Uint8Array): Weights {
  const arrays = readArrays(bytes)
  return createWeights(([name]) => arrays.get(name) ?? new Float32Array())
}
