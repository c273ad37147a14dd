import { choice } from '../../registry/params.ts'
import type { EpochResult } from '../../study/results.ts'
import { defineKeep } from './keep.ts'

const criteria = ['validation_error', 'validation_loss'] as const

export const best = defineKeep({
  name: 'best',
  doc: 'Keeps the weights of the epoch that did best on the validation images; of equals, the earliest.',
  example: 'best(validation_error)',
  params: {
    of: choice(criteria, { doc: 'What is smallest at the best epoch.', default: 'validation_error' }),
  },
  needsValidation: () => true,
  replaces: ({ of }, ended, kept) => criterionOf(of, ended) < criterionOf(of, kept),
})

function criterionOf(of: (typeof criteria)[number], epoch: EpochResult): number {
  const value = of === 'validation_error' ? epoch.validationError : epoch.validationLoss
  if (value === null) throw new Error(`keep = best(${of}) without validation images`)
  return value
}
