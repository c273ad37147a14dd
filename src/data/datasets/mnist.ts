import { bool, float, intOr } from '../../registry/params.ts'
import { type DatasetInfo, defineDataset } from '../dataset.ts'
import { mnistClasses, mnistShape } from '../mnist/parts.ts'

/** LeCun, Cortes and Burges's handwritten digits: 60,000 training and 10,000 test images. */
export const mnist = defineDataset({
  name: 'mnist',
  doc: 'handwritten digits, 28x28x1: 60,000 training and 10,000 test images, or the sample that comes with wmnet',
  example: 'mnist(validation=10%)',
  ground: 'dark',
  params: {
    validation: float({
      doc: 'share of the training images kept for validation',
      default: 0.1,
      min: 0,
      max: 1,
      openMax: true,
    }),
    sample: bool({ doc: 'the 6,000 + 1,000 images that come with wmnet, by class as in the whole', default: false }),
    train: intOr(['all'], { doc: 'how many training images, before validation is taken off', default: 'all', min: 1 }),
    test: intOr(['all'], { doc: 'how many test images', default: 'all', min: 1 }),
  },
  info: ({ sample }) => infoOf(sample),
  async load(args, context) {
    const { loadMnist } = await import('../mnist/load.ts')
    return { ...infoOf(args.sample), ...(await loadMnist(args, context)) }
  },
})

function infoOf(sample: boolean): DatasetInfo {
  return {
    description: sample ? 'MNIST, the sample that comes with wmnet' : 'MNIST handwritten digits',
    shape: mnistShape,
    range: [0, 1],
    classes: mnistClasses,
  }
}
