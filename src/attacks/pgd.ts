import type * as tfc from '@tensorflow/tfjs-core'
import { bool, choice, float, int, sweep } from '../registry/params.ts'
import { type AttackBatch, defineAttack } from './attack.ts'
import { runGradientLoop } from './gradient-loop.ts'
import { norms } from './norm.ts'
import type { Victim } from './victim.ts'

/** Madry et al. 2018. Without random start, with 10 steps of 0.2·eps, it is BIM (Kurakin et al. 2017). */
export const pgd = defineAttack({
  name: 'pgd',
  doc: 'Many small steps along the gradient of the loss, each brought back within eps of the clean image.',
  example: 'pgd(eps=0..0.3 step 0.1, steps=10, rel_step=0.2)',
  params: {
    eps: sweep({ doc: "Size of the change, in the input's units.", min: 0 }),
    norm: choice(norms, { doc: 'The ball that the change stays in.', default: 'linf' }),
    steps: int({ doc: 'Steps per restart.', default: 40, min: 1 }),
    rel_step: float({
      doc: 'Step size as a share of eps; 0.025 is usual for l2.',
      default: 1 / 30,
      min: 0,
      openMin: true,
    }),
    random_start: bool({ doc: 'Starts at a random point of the ball.', default: true }),
    restarts: int({ doc: 'Random starts; each image keeps the one with the highest loss.', default: 1, min: 1 }),
  },
  reach: ({ steps, rel_step }) => ({ steps, share: steps * rel_step }),
  async perturb({ norm, steps, rel_step, random_start, restarts }, eps, victim, batch) {
    const loop = { norm, radius: eps, steps, stepSize: rel_step * eps }
    if (!random_start) return runGradientLoop(victim, batch, { ...loop, start: null })
    let best = await runGradientLoop(victim, batch, { ...loop, start: [eps, 1] })
    for (let restart = 2; restart <= restarts; restart++) {
      const other = await runGradientLoop(victim, batch, { ...loop, start: [eps, restart] })
      const better = pickHigherLoss(victim, batch, best, other)
      best.dispose()
      other.dispose()
      best = better
    }
    return best
  },
})

function pickHigherLoss(victim: Victim, { labels }: AttackBatch, a: tfc.Tensor4D, b: tfc.Tensor4D): tfc.Tensor4D {
  const { tf } = victim
  return tf.tidy(() => {
    const higher = tf.greater(victim.losses(b, labels), victim.losses(a, labels))
    return tf.where(tf.reshape(higher, [-1, 1, 1, 1]), b, a)
  })
}
