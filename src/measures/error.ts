import { misclassified } from '../training/misclassified.ts'
import { defineMeasure } from './measure.ts'

/** Counted over all test images: those misclassified when clean are errors at every level. */
export const error = defineMeasure({
  name: 'error',
  doc: 'Fraction of test images whose largest logit is not that of their class.',
  example: 'error',
  params: {},
  perImage: (_, tf, { labels, logits }) => misclassified(tf, logits, labels),
})
