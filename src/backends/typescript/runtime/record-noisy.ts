// Functions that modules with dropout or training noise get copies of: this file is parsed by `wmnet emit`, not imported.
import { readArrays, startOf } from './arrays.ts'
import { noiseAt } from './random.ts'
import { type Branch, createWeights, parseName, setAt, type Weights } from './record.ts'

/** Of the module: the layers that draw random numbers while training. */
declare const noiseTable: readonly (readonly [name: string, site: string, role: string])[]

/** The weights that training starts from: for one seed the same on every backend. */
export function initWeights(seed: number): Weights {
  return addNoise(
    createWeights((row) => startOf(seed, row)),
    seed,
  )
}

/**
 * The weights in a safetensors file of float32 tensors. Throws where it is damaged, or of another network.
 *
 * @param seed of dropout and training noise
 */
export function loadWeights(bytes: Uint8Array, seed = 0): Weights {
  const arrays = readArrays(bytes)
  return addNoise(
    createWeights(([name]) => arrays.get(name) ?? new Float32Array()),
    seed,
  )
}

/** Each layer that draws while training has a stream of its own, beside its weights. */
function addNoise(weights: Weights, seed: number): Weights {
  for (const [name, ...place] of noiseTable) {
    setAt(weights as unknown as Branch, [...parseName(name), 'noise'], noiseAt(seed, ...place))
  }
  return weights
}
