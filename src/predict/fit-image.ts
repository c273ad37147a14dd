import { error, type Staged } from '../diagnostics/diagnostic.ts'
import type { ByteImage, Size } from '../explain/overlay.ts'
import { printShape, type Shape } from '../graph/graph.ts'
import type { Picture } from './read-png.ts'

/** An image as the network takes it, and what was done to the file's. */
export interface FittedImage extends ByteImage {
  /** The file's size where it was resized. */
  readonly resizedFrom: Size | null
  /** Where the file's colours were turned to grey. */
  readonly greyed: boolean
}

/**
 * Turns a picture into the network's input [H, W, C] of bytes. One channel: the luminance of ITU-R BT.601, which leaves grey as it is;
 * three: red, green and blue. Another size is an error unless `resize` allows it. What does not fit gives WM1006.
 */
export function fitImage(
  picture: Picture,
  input: Shape,
  resize: boolean,
  file: string,
): Staged<FittedImage | undefined> {
  const [height = 0, width = 0, channels = 0] = input
  const fail = (message: string, hint: string) => {
    const diagnostics = [error('WM1006', `${file}: ${message}`, { hints: [hint] })]
    return { value: undefined, diagnostics }
  }
  if (channels !== 1 && channels !== 3) {
    return fail(`the network takes ${printShape(input)}`, 'a picture has one channel or three')
  }
  if (isTransparent(picture)) {
    return fail(
      'some of its pixels are transparent',
      'put it on a background of the colour that the network was trained with',
    )
  }
  const isOther = picture.height !== height || picture.width !== width
  if (isOther && !resize) {
    const found = `${picture.height}x${picture.width} pixels, the network takes ${height}x${width}`
    return fail(found, '--resize stretches it to that size')
  }
  const colors = channels === 1 ? toGrey(picture) : toRgb(picture)
  const pixels = isOther ? resample(colors, [picture.height, picture.width], [height, width], channels) : colors
  return {
    value: {
      shape: [height, width, channels],
      pixels,
      resizedFrom: isOther ? [picture.height, picture.width] : null,
      greyed: channels === 1 && isColored(picture),
    },
    diagnostics: [],
  }
}

function isTransparent({ rgba }: Picture): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return true
  return false
}

function isColored({ rgba }: Picture): boolean {
  for (let at = 0; at < rgba.length; at += 4) {
    if (rgba[at] !== rgba[at + 1] || rgba[at] !== rgba[at + 2]) return true
  }
  return false
}

function toGrey({ rgba, width, height }: Picture): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, place) => {
    const [red = 0, green = 0, blue = 0] = rgba.subarray(place * 4, place * 4 + 3)
    return Math.round(0.299 * red + 0.587 * green + 0.114 * blue)
  })
}

function toRgb({ rgba, width, height }: Picture): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, at) => rgba[Math.floor(at / 3) * 4 + (at % 3)] ?? 0)
}

/**
 * Rows, then columns. Enlarging is bilinear; shrinking averages over all the pixels that fall together, with a triangle that grows with
 * the factor, since picking single ones would lose thin strokes.
 */
function resample(pixels: Uint8Array, from: Size, to: Size, channels: number): Uint8Array {
  const rows = weightsFor(from[0], to[0])
  const columns = weightsFor(from[1], to[1])
  const narrow = new Float64Array(from[0] * to[1] * channels)
  for (let y = 0; y < from[0]; y++) {
    for (const [x, { first, parts }] of columns.entries()) {
      for (let c = 0; c < channels; c++) {
        narrow[(y * to[1] + x) * channels + c] = parts.reduce(
          (sum, part, index) => sum + part * (pixels[(y * from[1] + first + index) * channels + c] ?? 0),
          0,
        )
      }
    }
  }
  const line = to[1] * channels
  return Uint8Array.from({ length: to[0] * line }, (_, at) => {
    const { first, parts } = rows[Math.floor(at / line)] ?? { first: 0, parts: [] }
    return Math.round(
      parts.reduce((sum, part, index) => sum + part * (narrow[(first + index) * line + (at % line)] ?? 0), 0),
    )
  })
}

/** For each new pixel along an axis: which old ones it is made of, and their parts, which sum to 1. */
function weightsFor(size: number, newSize: number) {
  const scale = size / newSize
  const reach = Math.max(1, scale)
  return Array.from({ length: newSize }, (_, index) => {
    const center = (index + 0.5) * scale
    const first = Math.max(0, Math.floor(center - reach))
    const last = Math.min(size - 1, Math.ceil(center + reach))
    const raw = Array.from({ length: last - first + 1 }, (_value, offset) =>
      Math.max(0, 1 - Math.abs(first + offset + 0.5 - center) / reach),
    )
    const total = raw.reduce((sum, part) => sum + part, 0)
    return { first, parts: raw.map((part) => part / total) }
  })
}
