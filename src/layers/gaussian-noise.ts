import { float } from '../registry/params.ts'
import { weightless } from './activation.ts'
import { addNoise } from './add-noise.ts'
import { defineLayer } from './layer.ts'

export const gaussianNoise = defineLayer({
  name: 'gaussian_noise',
  doc: 'While training, adds normal noise with mean 0 to each element.',
  example: 'gaussian_noise(0.1)',
  params: { std: float({ min: 0, doc: 'Standard deviation.' }) },
  ...weightless,
  tfjs: {
    kind: 'custom',
    forward: ({ tf }, [x], _weights, args, { training, random }) =>
      addNoise(tf, x, training, () => args.std * random.normal()),
  },
})
