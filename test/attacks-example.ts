import { defineAttack } from '../src/attacks/attack.ts'
import { runGradientLoop } from '../src/attacks/gradient-loop.ts'
import { float, int, sweep } from '../src/registry/params.ts'

/** Kurakin et al. 2017. */
export const bim = defineAttack({
  name: 'bim',
  doc: 'The basic iterative method: FGSM in small steps from the clean image.',
  example: 'bim(eps=0..0.3 step 0.1)',
  params: {
    eps: sweep({ doc: "Size of the change, in the input's units.", min: 0 }),
    steps: int({ doc: 'How many.', default: 10, min: 1 }),
    rel_step: float({ doc: 'Step size as a share of eps.', default: 0.2, min: 0, openMin: true }),
  },
  perturb: ({ steps, rel_step }, eps, victim, batch) =>
    runGradientLoop(victim, batch, { norm: 'linf', radius: eps, steps, stepSize: rel_step * eps, start: null }),
})
