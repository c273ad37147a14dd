import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { LoadContext } from '../dataset.ts'
import { download } from '../download.ts'
import { readDataFile } from '../read-file.ts'
import { byName } from './folder.ts'
import { type MnistFile, type MnistFiles, md5 } from './parse.ts'
import { type MnistName, type MnistSums, mnistNames, mnistSums } from './parts.ts'

/** Mirrors of Yann LeCun's files, byte for byte; tried in this order. */
const PUBLIC_ADDRESSES = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
]

interface CacheSource {
  /** Where files are kept between runs. */
  readonly folder: string
  /** Base addresses, each ending in a slash. */
  readonly addresses?: readonly string[]
  /** A connection that brings nothing for so long is given up. */
  readonly stallSeconds?: number
  readonly sums?: MnistSums
}

/**
 * The four files from the cache, downloaded one after the other where the cache has none or a damaged one.
 * Throws WM0613 and WM0614, or the signal's reason.
 */
export async function readMnistCache(
  source: CacheSource,
  context: Pick<LoadContext, 'signal' | 'onDownload'>,
): Promise<MnistFiles> {
  const files: MnistFile[] = []
  for (const name of mnistNames) {
    context.signal?.throwIfAborted()
    files.push((await readCached(source, name)) ?? (await downloadInto(source, name, context)))
  }
  return byName(files)
}

/** The cached file, or undefined where there is none or it is not what was once stored there. */
async function readCached({ folder, sums = mnistSums }: CacheSource, name: MnistName): Promise<MnistFile | undefined> {
  const file = join(folder, `${name}.gz`)
  if (!existsSync(file)) return undefined
  try {
    const bytes = await readDataFile(file)
    return md5(bytes) === sums[name] ? { file, bytes } : undefined
  } catch (cause) {
    if (cause instanceof DiagnosticError) return undefined
    throw cause
  }
}

async function downloadInto(
  { folder, addresses = PUBLIC_ADDRESSES, stallSeconds = 30, sums = mnistSums }: CacheSource,
  name: MnistName,
  { signal, onDownload }: Pick<LoadContext, 'signal' | 'onDownload'>,
): Promise<MnistFile> {
  const file = join(folder, `${name}.gz`)
  const bytes = await download({
    addresses: addresses.map((base) => `${base}${name}.gz`),
    target: file,
    accept: (unpacked) => {
      const found = md5(unpacked)
      return found === sums[name] ? null : `MD5 ${found}; wanted ${sums[name]}`
    },
    stallSeconds,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (received, total) => onDownload?.({ file: `${name}.gz`, received, total }),
  })
  return { file, bytes }
}
