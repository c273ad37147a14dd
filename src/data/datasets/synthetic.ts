import { createStream, type RandomStream } from '../../random/stream.ts'
import { float, int, shape } from '../../registry/params.ts'
import { shuffledIndices } from '../batches.ts'
import { type DatasetInfo, defineDataset, type Split } from '../dataset.ts'
import { dataFailure, formatCount } from '../failure.ts'
import { splitValidation } from '../select.ts'

const MAX_BYTES = 2 ** 31

/** For tests and demonstrations: no file, no network, learnt in seconds. */
export const synthetic = defineDataset({
  name: 'synthetic',
  doc: 'generated images for tests: each class has its direction of stripes and its place of a bright spot, under noise',
  example: 'synthetic(size=8x8x1, classes=4, train=256, test=64)',
  params: {
    size: shape({ doc: 'height x width x channels', default: [8, 8, 1], rank: 3 }),
    classes: int({ doc: 'number of classes, equally frequent', default: 4, min: 2, max: 256 }),
    train: int({ doc: 'training images, before validation is taken off', default: 256, min: 1 }),
    test: int({ doc: 'test images', default: 64, min: 1 }),
    validation: float({
      doc: 'share of the training images kept for validation',
      default: 0.1,
      min: 0,
      max: 1,
      openMax: true,
    }),
    noise: float({ doc: 'standard deviation of the noise on each pixel', default: 0.1, min: 0 }),
  },
  info: ({ size, classes }) => infoOf(size, classes),
  async load(args, context) {
    const info = infoOf(args.size, args.classes)
    // The images are the same for every seed, as with a recorded dataset; only the validation split depends on it.
    const train = drawSplit(info, args.train, args.noise, createStream(0, 'data', 'synthetic', 'train'))
    const test = drawSplit(info, args.test, args.noise, createStream(0, 'data', 'synthetic', 'test'))
    const random = createStream(context.seed, 'data', 'synthetic', 'validation')
    return { ...info, ...splitValidation(train, args.validation, random), test }
  },
})

function infoOf([height = 0, width = 0, channels = 0]: readonly number[], classes: number): DatasetInfo {
  return {
    description: 'synthetic stripes and spots',
    shape: [height, width, channels],
    range: [0, 1],
    classes: Array.from({ length: classes }, (_, label) => `class ${label}`),
  }
}

function drawSplit(info: DatasetInfo, count: number, noise: number, random: RandomStream): Split {
  const size = info.shape.reduce((product, dim) => product * dim, 1)
  if (!(size >= 1 && count * size <= MAX_BYTES)) {
    const found = `${formatCount(count)} images of ${info.shape.join('x')} are ${formatCount(count * size)} bytes`
    throw dataFailure('WM0617', `${found}; wanted 1 to ${formatCount(MAX_BYTES)}`)
  }
  const images = new Uint8Array(count * size)
  const labels = Uint8Array.from(shuffledIndices(count, random.fork('labels')), (place) => place % info.classes.length)
  const pixels = random.fork('pixels')
  labels.forEach((label, image) => {
    drawImage(images.subarray(image * size, (image + 1) * size), label, noise, info, pixels)
  })
  return { images, labels, count }
}

/**
 * 0.4 + 0.25·sin(stripes) + 0.35·exp(spot) + noise, clipped to [0, 1]. Class c's stripes run at π·c/classes with a phase
 * drawn from a quarter turn, and its spot lies at 2π·c/classes on a circle round the middle.
 */
function drawImage(pixels: Uint8Array, label: number, noise: number, info: DatasetInfo, random: RandomStream): void {
  const [height, width, channels] = info.shape
  const turn = label / info.classes.length
  const wavelength = Math.max(3, Math.min(height, width) / 2)
  const phase = (random.uniform() * Math.PI) / 2
  const radius = Math.min(height, width) / 4
  const spot = {
    y: (height - 1) / 2 + radius * Math.sin(2 * Math.PI * turn),
    x: (width - 1) / 2 + radius * Math.cos(2 * Math.PI * turn),
  }
  for (let index = 0; index < pixels.length; index++) {
    const channel = index % channels
    const x = Math.floor(index / channels) % width
    const y = Math.floor(index / (channels * width))
    const along = x * Math.cos(Math.PI * turn) + y * Math.sin(Math.PI * turn)
    const stripes = Math.sin((2 * Math.PI * along) / wavelength + phase + channel)
    const distance = ((x - spot.x) ** 2 + (y - spot.y) ** 2) / (radius ** 2 / 2 + 1)
    const value = 0.4 + 0.25 * stripes + 0.35 * Math.exp(-distance) + noise * random.normal()
    pixels[index] = Math.round(255 * Math.min(1, Math.max(0, value)))
  }
}
