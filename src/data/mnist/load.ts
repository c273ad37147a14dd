import { join } from 'node:path'
import { createStream } from '../../random/stream.ts'
import { cacheFolder } from '../cache-folder.ts'
import type { LoadContext, Split } from '../dataset.ts'
import { findPackageRoot } from '../package-root.ts'
import { limitImages, splitValidation } from '../select.ts'
import { readMnistCache } from './cache.ts'
import { readMnistFolder } from './folder.ts'
import { parseMnist } from './parse.ts'
import { mnistSampleSums, mnistSums } from './parts.ts'

interface MnistChoice {
  readonly validation: number
  readonly sample: boolean
  readonly train: number | 'all'
  readonly test: number | 'all'
}

/** The three splits. `context.seed` decides which images a limit and the validation split take. */
export async function loadMnist(
  choice: MnistChoice,
  context: LoadContext,
): Promise<{ readonly train: Split; readonly validation: Split; readonly test: Split }> {
  context.signal?.throwIfAborted()
  const all = await readSplits(choice.sample, context)
  const stream = createStream(context.seed, 'data', 'mnist')
  const train = limitImages(all.train, choice.train, 'train', stream.fork('train'))
  const test = limitImages(all.test, choice.test, 'test', stream.fork('test'))
  return { ...splitValidation(train, choice.validation, stream.fork('validation')), test }
}

async function readSplits(sample: boolean, context: LoadContext) {
  if (sample) {
    const folder = join(findPackageRoot(), 'src', 'data', 'mnist-sample')
    return parseMnist(await readMnistFolder(folder, 'they come with wmnet: install it again'), mnistSampleSums)
  }
  const { dataDir } = context
  if (dataDir === null)
    return parseMnist(await readMnistCache({ folder: join(cacheFolder(), 'mnist') }, context), mnistSums)
  const remedy = 'without --data and WMNET_DATA the files are downloaded'
  return parseMnist(await readMnistFolder(dataDir, remedy), mnistSums)
}
