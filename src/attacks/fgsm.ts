import { choice, sweep } from '../registry/params.ts'
import { defineAttack } from './attack.ts'
import { runGradientLoop } from './gradient-loop.ts'
import { norms } from './norm.ts'

/** Goodfellow et al. 2015: x + ε·sign g; in L2 (Foolbox's FGM) x + ε·g/‖g‖₂. */
export const fgsm = defineAttack({
  name: 'fgsm',
  doc: 'One step of length eps along the gradient of the loss.',
  example: 'fgsm(eps=0..0.5 step 0.05)',
  params: {
    eps: sweep({ doc: "Size of the change, in the input's units.", min: 0 }),
    norm: choice(norms, { doc: 'linf: each element moves by eps; l2: the image moves by eps.', default: 'linf' }),
  },
  perturb: ({ norm }, eps, victim, batch) =>
    runGradientLoop(victim, batch, { norm, radius: eps, steps: 1, stepSize: eps, start: null }),
})
