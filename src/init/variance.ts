import type { RandomStream } from '../random/stream.ts'
import { choice } from '../registry/params.ts'
import { fill, type InitTarget } from './init.ts'

export const distribution = choice(['normal', 'uniform'], {
  doc: 'Normal (not truncated) or uniform; both with the same variance.',
  default: 'normal',
})

/** Zero-mean values of the given variance. Uniform in ±√(3·variance): U(−a, a) has variance a²/3. */
export function sampleVariance(
  kind: 'normal' | 'uniform',
  variance: number,
  target: InitTarget,
  random: RandomStream,
): Float32Array {
  const std = Math.sqrt(variance)
  const limit = Math.sqrt(3 * variance)
  switch (kind) {
    case 'normal':
      return fill(target.shape, () => std * random.normal())
    case 'uniform':
      return fill(target.shape, () => limit * (2 * random.uniform() - 1))
  }
}
