import { sweep } from '../registry/params.ts'
import { defineNoise } from './noise.ts'

export const saltAndPepper = defineNoise({
  name: 'salt_and_pepper',
  doc: "Sets a share of the input elements to the low or the high end of the input's range, equally often.",
  example: 'salt_and_pepper(fraction=0..0.4 step 0.1)',
  params: {
    fraction: sweep({ doc: 'Probability that an element is replaced.', min: 0, max: 1 }),
  },
  perturb(_, fraction, image, [low, high], random) {
    return image.map((value) => {
      const draw = random.uniform()
      if (draw >= fraction) return value
      return draw < fraction / 2 ? low : high
    })
  },
})
