import { float } from '../registry/params.ts'
import { weightless } from './activation.ts'
import { defineLayer } from './layer.ts'
import { onlyInput } from './rules.ts'

export const gaussianNoise = defineLayer({
  name: 'gaussian_noise',
  doc: 'While training, adds normal noise with mean 0 to each element.',
  example: 'gaussian_noise(0.1)',
  params: { std: float({ min: 0, doc: 'Standard deviation.' }) },
  ...weightless,
  isIdentity: () => true,
  forward(ops, inputs, _weights, args, { training, random }) {
    const x = onlyInput(inputs)
    return training ? ops.add(x, ops.normalLike(x, args.std, random)) : x
  },
})
