import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/**
 * A seeded source of numbers. Everything random in wmnet draws from one of these: tfjs has no
 * global seed, and its generators differ between backends.
 */
export interface RandomStream {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
  /** Standard normal (Box–Muller). */
  normal(): number
  /** An independent stream for a purpose, e.g. `stream.fork('crop', epoch)`; does not advance this one. */
  fork(...keys: readonly (string | number)[]): RandomStream
}

/**
 * The stream for a seed and a purpose. Streams with different keys are independent, so that adding
 * a draw to one purpose never shifts another.
 */
export function createStream(seed: number, ...keys: readonly (string | number)[]): RandomStream {
  const path = [seed, ...keys].map((key) => `${typeof key}:${key}`).join('/')
  return streamOf(path)
}

function streamOf(path: string): RandomStream {
  const generator = xoroshiro128plus(hash32(path))
  let spare: number | undefined
  return {
    uniform: () => uniformFloat64(generator),
    integer: (bound) => uniformInt(generator, 0, bound - 1),
    normal() {
      if (spare !== undefined) {
        const value = spare
        spare = undefined
        return value
      }
      // 1 − u lies in (0, 1], so the logarithm is finite.
      const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)))
      const angle = 2 * Math.PI * uniformFloat64(generator)
      spare = radius * Math.sin(angle)
      return radius * Math.cos(angle)
    },
    fork: (...keys) => streamOf(`${path}/${keys.map((key) => `${typeof key}:${key}`).join('/')}`),
  }
}

/** FNV-1a over UTF-16 code units, finished with murmur3's mixer so that near keys land far apart. */
function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) | 0
}
