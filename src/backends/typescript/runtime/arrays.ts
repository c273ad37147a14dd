// Functions that emitted modules get copies of, as far as they need them: this file is parsed by `wmnet emit`, not imported.
// What is declared and not defined here, a module has of its own.
import { createStream } from './random.ts'
import { type Start, sizeOf } from './starts.ts'

/** A weight's name in files, its shape, how it starts, where its layer stands in the source, and whether it is trained. */
export type WeightRow = readonly [
  name: string,
  shape: readonly number[],
  start: Start,
  site: string,
  role: string,
  trainable?: boolean,
]

/** Of the module. */
declare const weightTable: readonly WeightRow[]

/** Of the module. */
declare const architecture: { readonly hash: string }

/** What training starts from: for one seed the same on every backend. */
export function startOf(seed: number, [name, shape, start, site, role]: WeightRow): Float32Array {
  return start(shape, createStream(seed, 'init', 'init', site, role, name.slice(name.lastIndexOf('.') + 1)))
}

/** The arrays of a safetensors file of float32 tensors by their names. Throws where it is damaged, or of another network. */
export function readArrays(bytes: Uint8Array): ReadonlyMap<string, Float32Array> {
  const { header, data } = readHeader(bytes)
  const stated = header.__metadata__?.graph_hash
  if (stated !== undefined && stated !== architecture.hash)
    throw new Error(`the weights are of another network: ${stated}`)
  const expected = new Map(weightTable.map(([name, shape]) => [name, shape]))
  const found = Object.keys(header).filter((name) => name !== '__metadata__')
  const faults = [
    ...weightTable.filter(([name]) => !(name in header)).map(([name]) => `${name} is missing`),
    ...found.filter((name) => !expected.has(name)).map((name) => `${name} is unknown`),
    ...found.flatMap((name) => describeFault(name, header[name], expected.get(name), data.length)),
  ]
  if (faults.length > 0) throw new Error(`the weights do not fit: ${faults.slice(0, 6).join('; ')}`)
  return new Map(
    found.map((name) => {
      const [start = 0, end = 0] = header[name]?.data_offsets ?? []
      return [name, new Float32Array(data.slice(start, end).buffer)]
    }),
  )
}

interface TensorEntry {
  readonly dtype?: unknown
  readonly shape?: readonly number[]
  readonly data_offsets?: readonly number[]
  readonly graph_hash?: string
}

/** The header's length in 8 bytes, the header as JSON, the data. */
function readHeader(bytes: Uint8Array): { header: Record<string, TensorEntry | undefined>; data: Uint8Array } {
  if (bytes.length < 8) throw new Error('not a safetensors file: it has no header')
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (length > bytes.length - 8) throw new Error(`not a safetensors file: it claims a header of ${length} bytes`)
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
  if (typeof header !== 'object' || header === null) throw new Error('not a safetensors file: its header is no object')
  return { header: header as Record<string, TensorEntry | undefined>, data: bytes.subarray(8 + length) }
}

function describeFault(
  name: string,
  entry: TensorEntry | undefined,
  shape: readonly number[] | undefined,
  bytes: number,
): readonly string[] {
  if (shape === undefined) return []
  const [start = -1, end = -1] = entry?.data_offsets ?? []
  if (entry?.dtype !== 'F32') return [`${name} is ${String(entry?.dtype)}, not F32`]
  if (entry.shape?.join() !== shape.join()) return [`${name} is [${String(entry.shape)}], not [${shape.join(', ')}]`]
  const fits = start >= 0 && end <= bytes && end - start === 4 * sizeOf(shape)
  return fits ? [] : [`${name} has the bytes ${start} to ${end} of ${bytes}`]
}
