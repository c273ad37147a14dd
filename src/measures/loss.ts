import { softmaxCrossEntropy } from '../training/losses/softmax-cross-entropy.ts'
import { defineMeasure } from './measure.ts'

export const loss = defineMeasure({
  name: 'loss',
  doc: 'Mean softmax cross-entropy, without label smoothing whatever the training loss.',
  example: 'loss',
  params: {},
  perImage: (_, tf, { labels, logits }) => softmaxCrossEntropy(tf, logits, labels),
})
