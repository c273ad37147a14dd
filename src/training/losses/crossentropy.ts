import { float } from '../../registry/params.ts'
import { defineLoss } from './loss.ts'
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts'

export const crossentropy = defineLoss({
  name: 'crossentropy',
  doc: 'Softmax cross-entropy of the logits: the network ends without softmax.',
  example: 'crossentropy(label_smoothing=0.1)',
  params: {
    label_smoothing: float({
      doc: 'Share of the target spread evenly over all classes.',
      default: 0,
      min: 0,
      max: 1,
      openMax: true,
    }),
  },
  perImage: ({ label_smoothing }, tf, logits, labels) => softmaxCrossEntropy(tf, logits, labels, label_smoothing),
})
