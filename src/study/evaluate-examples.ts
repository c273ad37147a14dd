import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { Dataset, Split } from '../data/dataset.ts'
import { disposeCleanBatch, makeCleanBatch, type TestedNetwork } from './evaluate-network.ts'
import type { Sweep } from './evaluate-sweep.ts'
import type { TrialExamples } from './job.ts'
import type { ExampleImages } from './results.ts'

const mostImages = 8

/**
 * The first test image of each class, clean and at a few levels of every sweep. Noise and attacks are keyed by the image's
 * place in the test set, so these are the very images that the evaluation counted.
 */
export async function collectExamples(
  network: TestedNetwork,
  dataset: Dataset,
  sweeps: readonly Sweep[],
  of: { readonly variant: string; readonly trial: number },
): Promise<Omit<TrialExamples, 'explained'>> {
  const indices = firstOfEachClass(dataset.test)
  const hasAttacks = sweeps.some(({ kind }) => kind === 'attack')
  const batch = makeCleanBatch(network, dataset, indices, hasAttacks)
  const clean = await snapshot(network, dataset, batch.images)
  const perturbed: ExampleImages['images'][number]['perturbed'][number][][] = indices.map(() => [])
  for (const sweep of sweeps) {
    const { kind, name, parameter } = sweep
    for (const level of exampleLevels(sweep.levels)) {
      const images = await sweep.perturb(level, batch)
      const taken = await snapshot(network, dataset, images)
      images.dispose()
      for (const [place, { pixels, predicted }] of taken.entries()) {
        perturbed[place]?.push({ kind, name, parameter, level, pixels, predicted })
      }
    }
  }
  disposeCleanBatch(batch)
  const images = clean.map((image, place) => {
    const index = indices[place] ?? 0
    return {
      index,
      label: className(dataset, dataset.test.labels[index]),
      clean: image,
      perturbed: perturbed[place] ?? [],
    }
  })
  return { ...of, shape: dataset.shape, images }
}

/** In the order of the test set. */
function firstOfEachClass({ labels }: Split): number[] {
  const firsts = new Map<number, number>()
  for (const [index, label] of labels.entries()) if (!firsts.has(label)) firsts.set(label, index)
  return [...firsts.values()].sort((a, b) => a - b).slice(0, mostImages)
}

/** At a third, two thirds and the end of the sweep; without level 0, which is the clean image. */
function exampleLevels(levels: readonly number[]): number[] {
  const last = levels.length - 1
  const chosen = [1, 2, 3].flatMap((third) => levels[Math.round((last * third) / 3)] ?? [])
  return [...new Set(chosen)].filter((level) => level !== 0)
}

/** What a picture grid shows of each image: bytes of the dataset's range, and the class with the largest logit. */
async function snapshot({ victim }: TestedNetwork, dataset: Dataset, images: Tensor4D) {
  const { tf, logits } = victim
  const predictions = tf.tidy(() => tf.argMax(logits(images) as Tensor2D, 1))
  const [classes, values] = await Promise.all([predictions.data(), images.data()])
  predictions.dispose()
  const size = values.length / classes.length
  const [low, high] = dataset.range
  return Array.from(classes, (predicted, place) => {
    const bytes = Uint8ClampedArray.from(
      values.subarray(place * size, (place + 1) * size),
      (value) => ((value - low) / (high - low)) * 255,
    )
    return { pixels: Buffer.from(bytes.buffer).toString('base64'), predicted: className(dataset, predicted) }
  })
}

function className({ classes }: Dataset, label: number | undefined): string {
  return classes[label ?? -1] ?? String(label)
}
