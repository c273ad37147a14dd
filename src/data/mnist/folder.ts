import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { dataFailure, settleAll, systemReason } from '../failure.ts'
import { isSystemError, readDataFile } from '../read-file.ts'
import type { MnistFile, MnistFiles } from './parse.ts'
import { type MnistName, mnistNames } from './parts.ts'

/**
 * The four files in a folder of the user's, each under its upstream name, with or without `.gz`, or as some archives
 * spell it (`train-images.idx3-ubyte`). Throws WM0601 with all that are missing and the `remedy`; nothing is looked for
 * elsewhere.
 */
export async function readMnistFolder(folder: string, remedy: string): Promise<MnistFiles> {
  const entries = await listFolder(folder, remedy)
  const found = mnistNames.map((name) => spellings(name).find((spelling) => entries.includes(spelling)))
  const missing = mnistNames.filter((_, index) => found[index] === undefined)
  if (missing.length > 0) {
    throw dataFailure('WM0601', `${folder} has no ${missing.join(', ')}`, [
      `wanted there: ${mnistNames.join(', ')}; each with or without .gz`,
      remedy,
    ])
  }
  const files = await settleAll(found.map((spelling) => readAs(join(folder, spelling ?? ''))))
  return byName(files)
}

/** The files in the order of `mnistNames`, by name. */
export function byName(files: readonly MnistFile[]): MnistFiles {
  const [trainImages, trainLabels, testImages, testLabels] = files
  if (!trainImages || !trainLabels || !testImages || !testLabels) throw new Error('MNIST has four files')
  return {
    'train-images-idx3-ubyte': trainImages,
    'train-labels-idx1-ubyte': trainLabels,
    't10k-images-idx3-ubyte': testImages,
    't10k-labels-idx1-ubyte': testLabels,
  }
}

function spellings(name: MnistName): readonly string[] {
  const dotted = name.replace(/-(?=idx)/, '.')
  return [name, `${name}.gz`, dotted, `${dotted}.gz`]
}

async function listFolder(folder: string, remedy: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    if (cause.code === 'ENOENT') throw dataFailure('WM0601', `the folder ${folder} does not exist`, [remedy])
    throw dataFailure('WM0602', `${folder}: ${systemReason(cause)}`)
  }
}

async function readAs(file: string): Promise<MnistFile> {
  return { file, bytes: await readDataFile(file) }
}
