import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { dataFailure, formatCount, systemReason } from './failure.ts'
import { MAX_DATA_BYTES } from './idx.ts'
import { isSystemError, readDataFile } from './read-file.ts'

interface DownloadRequest {
  /** Tried in order until one gives an acceptable file. */
  readonly addresses: readonly string[]
  /** The path that the file gets, in one step, once it is complete and accepted. */
  readonly target: string
  /** Null, or why the unpacked bytes are not the wanted ones. */
  accept(unpacked: Uint8Array): string | null
  readonly stallSeconds: number
  readonly signal?: AbortSignal
  /** Bytes as transferred; `total` is null where the server does not say. */
  onProgress(received: number, total: number | null): void
}

/**
 * Brings a file into place and returns its unpacked bytes. Throws WM0613 with every address's reason, WM0614
 * where the disk refuses, or the signal's reason; no partial file is left in any of these cases.
 */
export async function download(request: DownloadRequest): Promise<Uint8Array> {
  const folder = dirname(request.target)
  await onDisk(folder, () => mkdir(folder, { recursive: true }))
  const refusals: string[] = []
  for (const address of request.addresses) {
    try {
      return await downloadFrom(address, request)
    } catch (cause) {
      request.signal?.throwIfAborted()
      if (isDiskFailure(cause)) throw cause
      refusals.push(`${address}: ${networkReason(cause)}`)
    }
  }
  throw dataFailure('WM0613', `${basename(request.target)} from ${refusals.join('; from ')}`, [
    `put ${basename(request.target)} into ${folder} yourself, or give a folder that has all files with --data DIR`,
    'mnist(sample=true) needs no download',
  ])
}

async function downloadFrom(address: string, request: DownloadRequest): Promise<Uint8Array> {
  // The process id keeps two runs that download at once from writing into each other's file.
  const partial = `${request.target}.${process.pid}.part`
  try {
    await writeStream(address, partial, request)
    const unpacked = await readDataFile(partial, 'the answer')
    const refusal = request.accept(unpacked)
    if (refusal !== null) throw new Error(refusal)
    await onDisk(dirname(request.target), () => rename(partial, request.target))
    return unpacked
  } finally {
    await rm(partial, { force: true })
  }
}

async function writeStream(address: string, partial: string, request: DownloadRequest): Promise<void> {
  const watch = watchConnection(request.stallSeconds, request.signal)
  const file = await onDisk(dirname(partial), () => open(partial, 'w'))
  try {
    const response = await fetch(address, { signal: watch.signal, headers: { 'accept-encoding': 'identity' } })
    if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`.trim())
    if (response.body === null) throw new Error('an empty answer')
    await copyBody(response.body, file, partial, (received) => {
      watch.alive()
      request.onProgress(received, totalOf(response.headers))
    })
  } finally {
    watch.stop()
    await file.close()
  }
}

async function copyBody(
  body: ReadableStream<Uint8Array>,
  file: FileHandle,
  partial: string,
  onReceived: (received: number) => void,
): Promise<void> {
  const reader = body.getReader()
  let received = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const { value } = part
    received += value.length
    if (received > MAX_DATA_BYTES) {
      await reader.cancel()
      throw new Error(`more than ${formatCount(MAX_DATA_BYTES)} bytes`)
    }
    await onDisk(dirname(partial), () => file.writeFile(value))
    onReceived(received)
  }
}

/** One signal for the user's abort and for a connection that brings nothing for `seconds`. */
function watchConnection(seconds: number, outer: AbortSignal | undefined) {
  const controller = new AbortController()
  const stall = () => controller.abort(new Error(`nothing received for ${seconds} s`))
  const passOn = () => controller.abort(outer?.reason)
  let timer = setTimeout(stall, seconds * 1000)
  outer?.throwIfAborted()
  outer?.addEventListener('abort', passOn)
  return {
    signal: controller.signal,
    alive() {
      clearTimeout(timer)
      timer = setTimeout(stall, seconds * 1000)
    },
    stop() {
      clearTimeout(timer)
      outer?.removeEventListener('abort', passOn)
    },
  }
}

/** The length that the server announces; useless where it packs the body on the way. */
function totalOf(headers: Headers): number | null {
  const length = headers.get('content-length')
  return length === null || headers.has('content-encoding') ? null : Number(length)
}

async function onDisk<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw dataFailure('WM0614', `${folder}: ${systemReason(cause)}`, [
      'XDG_CACHE_HOME names another place for the cache; --data DIR does without it',
    ])
  }
}

function isDiskFailure(cause: unknown): boolean {
  return cause instanceof DiagnosticError && cause.diagnostics.some(({ code }) => code === 'WM0614')
}

/** fetch wraps the system's reason ("getaddrinfo ENOTFOUND …") as the cause of a bare "fetch failed". */
function networkReason(cause: unknown): string {
  if (cause instanceof DiagnosticError) return cause.diagnostics.map(({ message }) => message).join('; ')
  if (!(cause instanceof Error)) return String(cause)
  const { cause: inner } = cause
  if (!(inner instanceof Error)) return cause.message
  return inner.message === '' && isSystemError(inner) ? inner.code : inner.message
}
