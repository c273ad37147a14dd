import { float } from '../registry/params.ts'
import { weightless } from './activation.ts'
import { defineLayer } from './layer.ts'
import { onlyInput } from './rules.ts'

export const uniformNoise = defineLayer({
  name: 'uniform_noise',
  doc: 'While training, adds uniform noise to each element.',
  example: 'uniform_noise(0.3)',
  params: {
    upper: float({ doc: 'Upper bound.' }),
    lower: float({ default: 0, doc: "Lower bound; the paper's noise starts at 0." }),
  },
  ...weightless,
  isIdentity: () => true,
  forward(ops, inputs, _weights, args, { training, random }) {
    const x = onlyInput(inputs)
    return training ? ops.add(x, ops.uniformLike(x, args.lower, args.upper, random)) : x
  },
})
