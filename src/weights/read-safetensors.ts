import { type Diagnostic, error, type Staged } from '../diagnostics/diagnostic.ts'
import type { Shape } from '../graph/graph.ts'
import { findDuplicateKey } from './duplicate-key.ts'
import { metadataKey, type NamedTensor, prefixBytes, type Safetensors } from './safetensors.ts'

/** The limit of the format's reference implementation. */
const maxHeaderBytes = 100_000_000

/** Faults of one file that are told; after so many it is no weights file at all. */
const maxFaults = 5

interface Entry {
  readonly name: string
  readonly shape: Shape
  readonly start: number
  readonly end: number
}

/**
 * Reads a safetensors file of float32 tensors. Everything that the header claims is held against the bytes that are there
 * before anything is made of it, so memory is bounded by the file. A damaged file gives WM1001 for each fault, `file` its name in
 * messages, and no value.
 */
export function readSafetensors(bytes: Uint8Array, file: string): Staged<Safetensors | undefined> {
  const faults: Diagnostic[] = []
  const fail = (message: string) => void faults.push(error('WM1001', `${file}: ${message}`))
  const header = readHeader(bytes, fail)
  if (header === undefined) return { value: undefined, diagnostics: faults }
  const metadata = readMetadata(header.content[metadataKey], fail)
  const dataBytes = bytes.length - header.end
  const entries = Object.entries(header.content).flatMap(([name, value]) => {
    if (name === metadataKey || faults.length >= maxFaults) return []
    return readEntry(name, value, dataBytes, fail) ?? []
  })
  entries.sort((a, b) => a.start - b.start || a.end - b.end)
  const misplaced = faults.length === 0 ? findMisplaced(entries, dataBytes) : undefined
  if (misplaced !== undefined) fail(misplaced)
  if (faults.length > 0) return { value: undefined, diagnostics: faults }
  const tensors = entries.map((entry) => toTensor(entry, bytes, header.end))
  return { value: { metadata, tensors }, diagnostics: [] }
}

type Fail = (message: string) => void

interface Header {
  readonly content: Readonly<Record<string, unknown>>
  /** Where the tensors' bytes begin. */
  readonly end: number
}

function readHeader(bytes: Uint8Array, fail: Fail): Header | undefined {
  if (bytes.length < prefixBytes) {
    fail(
      `${bytes.length} bytes are too few for a safetensors file, which begins with its header's length in ${prefixBytes}`,
    )
    return undefined
  }
  const claimed = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  const present = BigInt(bytes.length - prefixBytes)
  if (claimed > present) {
    fail(`claims a header of ${print(claimed)} bytes, ${print(present)} follow; it is cut off or no safetensors file`)
    return undefined
  }
  if (claimed > BigInt(maxHeaderBytes)) {
    fail(`has a header of ${print(claimed)} bytes, at most ${print(BigInt(maxHeaderBytes))} are read`)
    return undefined
  }
  const end = prefixBytes + Number(claimed)
  const content = parseHeader(bytes.subarray(prefixBytes, end), fail)
  return content === undefined ? undefined : { content, end }
}

function parseHeader(bytes: Uint8Array, fail: Fail): Header['content'] | undefined {
  let text: string
  let content: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    content = JSON.parse(text)
  } catch {
    fail('its header is not JSON')
    return undefined
  }
  if (!isObject(content)) {
    fail('its header is not a JSON object')
    return undefined
  }
  const twice = findDuplicateKey(text)
  if (twice === undefined) return content
  fail(`its header has '${twice}' twice`)
  return undefined
}

function readMetadata(value: unknown, fail: Fail): Safetensors['metadata'] {
  if (value === undefined) return {}
  if (isObject(value) && isTexts(value)) return value
  fail(`its ${metadataKey} is not a table of texts`)
  return {}
}

function readEntry(name: string, value: unknown, dataBytes: number, fail: Fail): Entry | undefined {
  const said = `'${name}'`
  if (!isObject(value)) {
    fail(`${said} is not described by an object`)
    return undefined
  }
  const { dtype, shape, data_offsets: offsets } = value
  if (dtype !== 'F32') {
    fail(`${said} holds ${typeof dtype === 'string' ? dtype : 'numbers of no stated type'}, wanted F32`)
  } else if (!isCounts(shape)) fail(`${said} has no shape of whole numbers`)
  else if (!isCounts(offsets) || offsets.length !== 2) fail(`${said} has no two data_offsets`)
  else {
    const [start = 0, end = 0] = offsets
    const size = bytesOf(shape)
    if (start > end || end > dataBytes) {
      fail(`${said} lies at bytes ${start} to ${end}, the file has ${dataBytes} bytes of data`)
    } else if (size !== end - start) {
      fail(`${said} of ${shape.join('x')} takes ${size} bytes, its data_offsets leave ${end - start}`)
    } else return { name, shape, start, end }
  }
  return undefined
}

/** Infinite where no file could hold it, so that a product of large dimensions cannot come out as another number. */
function bytesOf(shape: Shape): number {
  if (shape.includes(0)) return 0
  const bytes = shape.reduce((product, dim) => product * dim, 4)
  return Number.isSafeInteger(bytes) ? bytes : Number.POSITIVE_INFINITY
}

/** The format wants every byte to belong to exactly one tensor. `entries` by offset. */
function findMisplaced(entries: readonly Entry[], dataBytes: number): string | undefined {
  let reached = 0
  let before = ''
  for (const { name, start, end } of entries) {
    if (start < reached) return `'${name}' overlaps '${before}'`
    if (start > reached) return `bytes ${reached} to ${start} of its data belong to no tensor`
    reached = end
    before = name
  }
  return reached < dataBytes ? `bytes ${reached} to ${dataBytes} of its data belong to no tensor` : undefined
}

/** A copy, since the tensor's bytes need not lie at a multiple of four. (`slice` of Node's Buffer would copy nothing.) */
function toTensor({ name, shape, start, end }: Entry, bytes: Uint8Array, dataStart: number): NamedTensor {
  const own = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end))
  return { name, shape, values: new Float32Array(own.buffer) }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, string>> {
  return Object.values(value).every((text) => typeof text === 'string')
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
}

function print(count: bigint): string {
  return count.toLocaleString('en-US')
}
