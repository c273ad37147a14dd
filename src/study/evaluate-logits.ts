import type { Outputs, TestedNetwork } from './evaluate-network.ts'

/** What the clean logits tell about the network, for the warnings. */
export interface LogitInspection {
  /** Every output lies in [0, 1] and every image's sum to 1. */
  readonly softmax: boolean
  /** Two passes over the same images differ. */
  readonly stochastic: boolean
}

/** Rounding of a float32 sum over the classes. */
const sumTolerance = 1e-4
/** Relative; some GPU kernels add in an order that differs from run to run. */
const passTolerance = 1e-4

export async function looksLikeSoftmax({ logits }: Outputs): Promise<boolean> {
  const [images, classes] = logits.shape
  const values = await logits.data<'float32'>()
  if (classes < 2 || !values.every((value) => value >= 0 && value <= 1)) return false
  return Array.from({ length: images }, (_, image) => values.subarray(image * classes, (image + 1) * classes)).every(
    (row) => Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < sumTolerance,
  )
}

/** Compares a further pass with the logits that `images` gave before. */
export async function differsBetweenPasses(
  network: TestedNetwork,
  images: Parameters<TestedNetwork['forward']>[0],
  { logits }: Outputs,
): Promise<boolean> {
  const { tf } = network.victim
  const again = tf.tidy(() => network.victim.logits(images))
  const [first, second] = await Promise.all([logits.data<'float32'>(), again.data<'float32'>()])
  again.dispose()
  const scale = first.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  return first.some((value, index) => Math.abs(value - (second[index] ?? Number.NaN)) > passTolerance * scale)
}
