import { choice } from '../registry/params.ts'
import type { Distribution } from './distribution.ts'

export const distribution = choice(['normal', 'uniform'], {
  doc: 'Normal (not truncated) or uniform; both with the same variance.',
  default: 'normal',
})

/** Mean 0 and the given variance. Uniform in ±√(3·variance): U(−a, a) has variance a²/3. */
export function withVariance(kind: 'normal' | 'uniform', variance: number): Distribution {
  switch (kind) {
    case 'normal':
      return { kind: 'normal', std: Math.sqrt(variance) }
    case 'uniform':
      return { kind: 'symmetric', limit: Math.sqrt(3 * variance) }
  }
}
