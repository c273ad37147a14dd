import { dataFailure, formatCount } from './failure.ts'

/** More than any IDX file that wmnet knows; the largest of MNIST has 47,040,016 bytes. */
export const MAX_DATA_BYTES = 2 ** 26

const UNSIGNED_BYTE = 0x08
const ELEMENT_TYPES: ReadonlyMap<number, string> = new Map([
  [0x08, 'unsigned byte'],
  [0x09, 'signed byte'],
  [0x0b, 'short'],
  [0x0c, 'int'],
  [0x0d, 'float'],
  [0x0e, 'double'],
])

interface IdxArray {
  readonly count: number
  /** A view of the file's bytes: `count` items of the wanted shape, row-major. */
  readonly data: Uint8Array
}

/**
 * Reads an unpacked IDX file of unsigned bytes: two zero bytes, the element type, the number of dimensions,
 * the dimensions (big-endian uint32), the data. `itemShape` is that of one item: [H, W] for images, [] for labels.
 * Throws WM0604 … WM0609, naming `file`.
 */
export function parseIdx(bytes: Uint8Array, file: string, itemShape: readonly number[]): IdxArray {
  checkMagic(bytes, file)
  checkElementType(bytes, file)
  const dims = readDims(bytes, file, itemShape)
  const [count = 0] = dims
  const header = 4 + 4 * dims.length
  const announced = announcedBytes(dims, file)
  if (dims.slice(1).join('x') !== itemShape.join('x')) {
    throw dataFailure('WM0606', `${file} holds images of ${dims.slice(1).join('x')}; wanted ${itemShape.join('x')}`)
  }
  checkLength(bytes.length - header, announced, dims, file)
  return { count, data: bytes.subarray(header) }
}

function checkMagic(bytes: Uint8Array, file: string): void {
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0) return
  const found = bytes.length === 0 ? 'is empty' : `starts with the bytes ${hex(bytes.subarray(0, 4))}`
  throw dataFailure('WM0604', `${file} ${found}; wanted 00 00, the element type and the number of dimensions`)
}

function checkElementType(bytes: Uint8Array, file: string): void {
  const type = bytes[2] ?? 0
  if (type === UNSIGNED_BYTE) return
  const name = ELEMENT_TYPES.get(type) ?? 'unknown'
  throw dataFailure('WM0605', `${file} holds elements of type 0x${hex([type])} (${name}); wanted 0x08 (unsigned byte)`)
}

function readDims(bytes: Uint8Array, file: string, itemShape: readonly number[]): readonly number[] {
  const rank = bytes[3] ?? 0
  const wanted = 1 + itemShape.length
  if (rank !== wanted) {
    const what = itemShape.length === 0 ? 'labels' : 'images'
    throw dataFailure('WM0606', `${file} has ${dimensions(rank)}; wanted ${what} with ${dimensions(wanted)}`)
  }
  const header = 4 + 4 * rank
  if (bytes.length < header) {
    throw dataFailure('WM0608', `${file} has ${formatCount(bytes.length)} bytes; its header alone takes ${header}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: rank }, (_, dim) => view.getUint32(4 + 4 * dim))
}

/** The product of the dimensions, in exact arithmetic: three of 32 bits each exceed a float64's integers. */
function announcedBytes(dims: readonly number[], file: string): number {
  const announced = dims.reduce((product, dim) => product * BigInt(dim), 1n)
  if (announced <= BigInt(MAX_DATA_BYTES)) return Number(announced)
  const found = `${dims.join('x')} = ${formatCount(announced)} bytes`
  throw dataFailure(
    'WM0607',
    `the header of ${file} announces ${found}; at most ${formatCount(MAX_DATA_BYTES)} are read`,
  )
}

function checkLength(found: number, announced: number, dims: readonly number[], file: string): void {
  if (found === announced) return
  const product = dims.length === 1 ? '' : `${dims.join('x')} = `
  const message = `${file} has ${formatCount(found)} bytes of data; the header announces ${product}${formatCount(announced)}`
  throw dataFailure(found < announced ? 'WM0608' : 'WM0609', message)
}

function dimensions(rank: number): string {
  return rank === 1 ? '1 dimension' : `${rank} dimensions`
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
