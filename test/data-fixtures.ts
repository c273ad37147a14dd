import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type Diagnostic, DiagnosticError } from '../src/diagnostics/diagnostic.ts'

/** The bytes of an IDX file, header and data as given: they need not agree. */
export function idxBytes(dims: readonly number[], data: ArrayLike<number>, type = 0x08): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length)
  header.set([0, 0, type, dims.length])
  dims.forEach((dim, index) => {
    header.writeUInt32BE(dim, 4 + 4 * index)
  })
  return Buffer.concat([header, Uint8Array.from(data)])
}

export function imageFile(count: number, side = 28): Buffer {
  return idxBytes([count, side, side], new Uint8Array(count * side * side))
}

export function labelFile(labels: readonly number[]): Buffer {
  return idxBytes([labels.length], labels)
}

/** Four small files in MNIST's format: sound but for their checksums. */
export const smallMnist = {
  'train-images-idx3-ubyte': imageFile(3),
  'train-labels-idx1-ubyte': labelFile([5, 0, 4]),
  't10k-images-idx3-ubyte': imageFile(2),
  't10k-labels-idx1-ubyte': labelFile([7, 2]),
}

/** A folder that goes when the test ends, or one that is there already, with these files put into it. */
export async function makeFolder(files: Readonly<Record<string, Uint8Array>> = {}, existing?: string): Promise<string> {
  const folder = existing ?? (await mkdtemp(join(tmpdir(), 'wmnet-data-')))
  if (existing === undefined) onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  return folder
}

/** What a step complains about; fails where it does not, or throws anything but diagnostics. */
export async function diagnosticsOf(step: () => unknown): Promise<readonly Diagnostic[]> {
  try {
    await step()
  } catch (cause) {
    if (cause instanceof DiagnosticError) return cause.diagnostics
    throw cause
  }
  throw new Error('nothing was complained about')
}

/** The folder of the whole MNIST, or undefined where this machine has none. */
export const fullMnist: string | undefined = [
  process.env.WMNET_DATA,
  fileURLToPath(new URL('../../shared/data/mnist', import.meta.url)),
].find((folder) => folder !== undefined && existsSync(folder))
