import { PNG } from 'pngjs'

const GREY = 0
const RGB = 2

/**
 * An image [H, W, C] of bytes as a PNG in a data URI: grey for one channel, colour for three, and any other number of
 * channels as grey images side by side. The pixels are stored, not compressed: images of a test set are small, and
 * compressed bytes differ between versions of Node.
 */
export function pngDataUri(shape: readonly [number, number, number], pixels: Uint8Array): string {
  return `data:image/png;base64,${encodePng(shape, pixels).toString('base64')}`
}

/** As `pngDataUri`, the file's bytes. */
export function encodePng(shape: readonly [number, number, number], pixels: Uint8Array): Buffer {
  const [height, width, channels] = shape
  if (pixels.length !== height * width * channels) {
    throw new Error(`${pixels.length} bytes for an image of ${height}x${width}x${channels}`)
  }
  const isColor = channels === 3
  const png = new PNG({ width: isColor ? width : width * channels, height })
  png.data = Buffer.from(isColor || channels === 1 ? pixels : placeSideBySide(shape, pixels))
  const colorType = isColor ? RGB : GREY
  return PNG.sync.write(png, {
    colorType,
    inputColorType: colorType,
    inputHasAlpha: false,
    filterType: 0,
    deflateLevel: 0,
  })
}

function placeSideBySide([, width, channels]: readonly [number, number, number], pixels: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: pixels.length }, (_, index) => {
    const [y, x] = [Math.floor(index / (width * channels)), index % (width * channels)]
    const [channel, column] = [Math.floor(x / width), x % width]
    return pixels[(y * width + column) * channels + channel] ?? 0
  })
}
