import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { dataFailure, formatCount, systemReason } from './failure.ts'
import { MAX_DATA_BYTES } from './idx.ts'

const unzip = promisify(gunzip)

/** A data file's bytes, unpacked where they are gzip (by content, not by name). `file` is its name in messages. */
export async function readDataFile(path: string, file: string = path): Promise<Uint8Array> {
  const bytes = await readBytes(path, file)
  return isGzip(bytes) ? unpack(bytes, file) : bytes
}

/** RFC 1952: the magic bytes 1f 8b. No IDX file starts with them. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

async function readBytes(path: string, file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size > MAX_DATA_BYTES) throw tooLarge(`${file} has ${formatCount(size)} bytes`)
    return await readFile(path)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw dataFailure('WM0602', `${file}: ${systemReason(cause)}`)
  }
}

async function unpack(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  try {
    return await unzip(bytes, { maxOutputLength: MAX_DATA_BYTES })
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    if (cause.code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(`${file} unpacks to more than ${formatCount(MAX_DATA_BYTES)} bytes`)
    }
    throw dataFailure(
      'WM0603',
      `${file} (${formatCount(bytes.length)} bytes) cannot be unpacked: ${systemReason(cause)}`,
    )
  }
}

function tooLarge(found: string) {
  return dataFailure('WM0607', `${found}; at most ${formatCount(MAX_DATA_BYTES)} are read`)
}

/** What the file system and zlib throw; anything else is a bug and passes through. */
export function isSystemError(cause: unknown): cause is Error & { readonly code: string } {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string'
}
