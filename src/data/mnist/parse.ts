import { createHash } from 'node:crypto'
import type { Split } from '../dataset.ts'
import { dataFailure, formatCount, settleAll } from '../failure.ts'
import { parseIdx } from '../idx.ts'
import { type MnistName, type MnistSums, mnistClasses, mnistNames, mnistShape } from './parts.ts'

/** One of the four files, unpacked; `file` is its name in messages. */
export interface MnistFile {
  readonly file: string
  readonly bytes: Uint8Array
}

export type MnistFiles = Readonly<Record<MnistName, MnistFile>>

/**
 * Both splits. Throws a DiagnosticError with every fault: first of the files' structure (WM0604 … WM0609), then of
 * images against labels (WM0610, WM0611), then of the checksums (WM0612), since the earlier messages say more.
 */
export async function parseMnist(
  files: MnistFiles,
  sums: MnistSums,
): Promise<{ readonly train: Split; readonly test: Split }> {
  const [train, test] = await settleAll([
    pairUp(files['train-images-idx3-ubyte'], files['train-labels-idx1-ubyte']),
    pairUp(files['t10k-images-idx3-ubyte'], files['t10k-labels-idx1-ubyte']),
  ])
  await settleAll(mnistNames.map((name) => checkSum(files[name], sums[name])))
  return { train, test }
}

export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}

async function pairUp(imageFile: MnistFile, labelFile: MnistFile): Promise<Split> {
  const [images, labels] = await settleAll([parseLater(imageFile, mnistShape.slice(0, 2)), parseLater(labelFile, [])])
  if (images.count !== labels.count) {
    const found = `${imageFile.file} has ${formatCount(images.count)} images`
    throw dataFailure('WM0610', `${found}, ${labelFile.file} has ${formatCount(labels.count)} labels`)
  }
  const place = labels.data.findIndex((label) => label >= mnistClasses.length)
  if (place !== -1) {
    const found = `label ${place} of ${formatCount(labels.count)} in ${labelFile.file} is ${labels.data[place]}`
    throw dataFailure('WM0611', `${found}; wanted 0 to ${mnistClasses.length - 1}`)
  }
  return { images: images.data, labels: labels.data, count: images.count }
}

async function parseLater({ file, bytes }: MnistFile, itemShape: readonly number[]) {
  return parseIdx(bytes, file, itemShape)
}

async function checkSum({ file, bytes }: MnistFile, wanted: string): Promise<void> {
  const found = md5(bytes)
  if (found !== wanted) throw dataFailure('WM0612', `${file} has MD5 ${found} (unpacked); wanted ${wanted}`)
}
