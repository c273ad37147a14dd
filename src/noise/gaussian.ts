import { sweep } from '../registry/params.ts'
import { defineNoise } from './noise.ts'

export const gaussian = defineNoise({
  name: 'gaussian',
  doc: "Adds normal noise to each input element and clips to the input's range.",
  example: 'gaussian(std=0..0.5 step 0.1)',
  params: {
    std: sweep({ doc: "Standard deviation, in the input's units; before clipping.", min: 0 }),
  },
  perturb(_, std, image, [low, high], random) {
    return image.map((value) => Math.min(high, Math.max(low, value + std * random.normal())))
  },
})
