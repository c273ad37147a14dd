import { float } from '../registry/params.ts'
import { weightless } from './activation.ts'
import { addNoise } from './add-noise.ts'
import { defineLayer } from './layer.ts'

export const uniformNoise = defineLayer({
  name: 'uniform_noise',
  doc: 'While training, adds uniform noise to each element.',
  example: 'uniform_noise(0.3)',
  params: {
    upper: float({ doc: 'Upper bound.' }),
    lower: float({ default: 0, doc: "Lower bound; the paper's noise starts at 0." }),
  },
  ...weightless,
  tfjs: {
    kind: 'custom',
    forward: ({ tf }, [x], _weights, { lower, upper }, { training, random }) =>
      addNoise(tf, x, training, () => lower + (upper - lower) * random.uniform()),
  },
})
