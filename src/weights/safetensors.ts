import { elements } from '../graph/cost.ts'
import type { Shape } from '../graph/graph.ts'

/** One array of float32 numbers, row by row. */
export interface NamedTensor {
  readonly name: string
  readonly shape: Shape
  readonly values: Float32Array
}

/** What a safetensors file holds. */
export interface Safetensors {
  /** Free text by key: `__metadata__` of the header. */
  readonly metadata: Readonly<Record<string, string>>
  /** In the order of their bytes. */
  readonly tensors: readonly NamedTensor[]
}

/** The header's key that is no tensor. */
export const metadataKey = '__metadata__'

/** What stands before the header: its length, 8 bytes, little-endian. */
export const prefixBytes = 8

/** Tensors begin at a multiple of this many bytes of the file, so that readers may map them into memory. */
const alignment = 8

/**
 * The bytes of a file in the format of github.com/huggingface/safetensors: the header's length, the header (JSON, padded
 * with spaces), the tensors one after the other as little-endian float32. The same content gives the same bytes. (JavaScript's
 * own order of bytes is taken for little-endian, as on every machine that Node runs on but s390x.)
 */
export function writeSafetensors({ metadata, tensors }: Safetensors): Uint8Array {
  const header = new Map<string, unknown>([[metadataKey, metadata]])
  let offset = 0
  for (const { name, shape, values } of tensors) {
    if (header.has(name)) throw new Error(`two tensors are called '${name}'`)
    if (elements(shape) !== values.length) throw new Error(`${values.length} numbers for ${name} of ${shape.join('x')}`)
    header.set(name, { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] })
    offset += values.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const headerBytes = Math.ceil(json.length / alignment) * alignment
  const bytes = new Uint8Array(prefixBytes + headerBytes + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true)
  bytes.set(json, prefixBytes)
  bytes.fill(0x20, prefixBytes + json.length, prefixBytes + headerBytes)
  let at = prefixBytes + headerBytes
  for (const { values } of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
    at += values.byteLength
  }
  return bytes
}
