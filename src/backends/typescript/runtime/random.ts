// Functions that emitted modules get copies of, as far as they need them: this file is parsed by `wmnet emit`, not imported.

/** A source of random numbers. */
export interface Stream {
  /** In [0, 1), 53 bits. */
  uniform(): number
  /** A whole number in [0, bound). */
  integer(bound: number): number
  /** Mean 0, standard deviation 1. */
  normal(): number
}

/** The stream of a seed and a purpose: xoroshiro128+ (Blackman and Vigna 2018) started with a hash of both. */
export function createStream(...keys: readonly (string | number)[]): Stream {
  const bits = xoroshiro128plus(hash32(keys.map((key) => `${typeof key}:${key}`).join('/')))
  const drawInteger = (bound: number): number => {
    // So many of the 32-bit numbers fall evenly on the results.
    const even = 2 ** 32 - (2 ** 32 % bound)
    const drawn = bits() + 2 ** 31
    return drawn < even ? drawn % bound : drawInteger(bound)
  }
  const draw = () => (bits() & 0x3ffffff) * 2 ** -26 + (bits() & 0x7ffffff) * 2 ** -53
  let spare: number | undefined
  const drawNormal = () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    // Box and Muller 1958; 1 − u lies in (0, 1], so the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - draw()))
    const angle = 2 * Math.PI * draw()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  return { uniform: draw, integer: drawInteger, normal: drawNormal }
}

/** Gives signed 32-bit integers. */
function xoroshiro128plus(seed: number): () => number {
  let [high0, low0, high1, low1] = [-1, ~seed, seed | 0, 0]
  return () => {
    const out = (low0 + low1) | 0
    const low = low1 ^ low0
    const high = high1 ^ high0
    const before = low0
    low0 = (low0 << 24) ^ (high0 >>> 8) ^ low ^ (low << 16)
    high0 = (high0 << 24) ^ (before >>> 8) ^ high ^ ((high << 16) | (low >>> 16))
    low1 = (high << 5) ^ (low >>> 27)
    high1 = (low << 5) ^ (high >>> 27)
    return out
  }
}

/** FNV-1a over UTF-16 code units, finished with murmur3's mixer. */
function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) | 0
}

/** What a layer draws from while training: each has a stream of its own. */
export function noiseAt(seed: number, site: string, role: string): Stream {
  return createStream(createStream(seed, 'init', 'layer', site, role).integer(2 ** 31), 'layer')
}
