import { PNG } from 'pngjs'
import { error, type Staged } from '../diagnostics/diagnostic.ts'

/** A picture as its file has it: RGBA bytes, row by row. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/** What a PNG file starts with. */
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** Of a picture that is decoded: 256 MB of RGBA. */
const mostPixels = 2 ** 26

/** Reads a PNG of any kind (grey, colour, palette, 16 bits) as 8 bits RGBA. What is none gives WM1005; `file` is its name in messages. */
export function readPng(bytes: Uint8Array, file: string): Staged<Picture | undefined> {
  const fail = (message: string) => ({ value: undefined, diagnostics: [error('WM1005', `${file}: ${message}`)] })
  if (signature.some((byte, index) => bytes[index] !== byte)) {
    return {
      value: undefined,
      diagnostics: [error('WM1005', `${file}: ${describeFormat(bytes)}`, { hints: ['wmnet reads PNG'] })],
    }
  }
  const size = readSize(bytes)
  if (size === undefined) return fail('the PNG is damaged: it has no header')
  // Before anything is unpacked: a few bytes can claim any size.
  if (size.width * size.height > mostPixels) {
    return fail(`${size.width}x${size.height} pixels, at most ${mostPixels.toLocaleString('en-US')} are read`)
  }
  try {
    const { width, height, data } = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    if (data.length !== 4 * width * height) return fail('the PNG is damaged: pixels are missing')
    return { value: { width, height, rgba: data }, diagnostics: [] }
  } catch {
    // What pngjs says of it is about its own streams.
    return fail('the PNG is damaged or cut off')
  }
}

/** From the header chunk, which every PNG begins with. */
function readSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  if (bytes.length < 33 || new TextDecoder('latin1').decode(bytes.subarray(12, 16)) !== 'IHDR') return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

function describeFormat(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'the file is empty'
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'a JPEG, not a PNG'
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 12))
  if (start.startsWith('GIF8')) return 'a GIF, not a PNG'
  return start.startsWith('RIFF') && start.endsWith('WEBP') ? 'a WebP, not a PNG' : 'not a PNG'
}
