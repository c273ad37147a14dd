import type { RandomStream } from '../random/stream.ts'
import { choice, sweep } from '../registry/params.ts'
import { defineNoise } from './noise.ts'

/**
 * The paper's noise: x + U(0, u), "renormalized" into the input's range. The paper does not say how; the two readings
 * differ by points on a robust network, so both are here and the call printed in every table names the one used.
 */
export const uniform = defineNoise({
  name: 'uniform',
  doc: "Adds U(0, upper) to each input element, then brings the image back into the input's range.",
  example: 'uniform(upper=0..1 step 0.1, renormalize=minmax)',
  params: {
    upper: sweep({ doc: "Largest noise value, in the input's units; 0 leaves images as they are.", min: 0 }),
    renormalize: choice(['minmax', 'divide'], {
      doc: "minmax: each image's smallest and largest value go to the ends of the range; divide: by the largest possible value, 1 + upper for [0, 1].",
      default: 'minmax',
    }),
  },
  perturb({ renormalize }, upper, image, range, random) {
    // Also under minmax, which would otherwise stretch an image that does not fill the range.
    if (upper === 0) return image.slice()
    const noisy = addUniform(image, upper, random)
    return renormalize === 'minmax' ? spread(noisy, range) : shrink(noisy, upper, range)
  },
})

function addUniform(image: Float32Array, upper: number, random: RandomStream): Float64Array {
  return Float64Array.from(image, (value) => value + upper * random.uniform())
}

function spread(noisy: Float64Array, [low, high]: readonly [number, number]): Float32Array {
  const smallest = noisy.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const largest = noisy.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const width = largest - smallest
  // A flat image has no smallest and largest to tell apart: a single pixel, or draws that all agree.
  if (width === 0) return Float32Array.from(noisy, (value) => Math.min(high, value))
  return Float32Array.from(noisy, (value) => low + ((value - smallest) / width) * (high - low))
}

function shrink(noisy: Float64Array, upper: number, [low, high]: readonly [number, number]): Float32Array {
  const factor = (high - low) / (high - low + upper)
  return Float32Array.from(noisy, (value) => low + (value - low) * factor)
}
