/** Height and width. */
export type Size = readonly [number, number]

/** An image of bytes, [H, W, C] row by row. */
export interface ByteImage {
  readonly shape: readonly [number, number, number]
  readonly pixels: Uint8Array
}

/** How much of the picture is heat. */
const share = 0.5

/** From nothing to everything: black, over violet, red and orange, to yellow; lightness rises all the way, for grey printers and eyes. */
const stops = [
  [0, 0, 0],
  [64, 0, 160],
  [220, 24, 96],
  [255, 140, 0],
  [255, 240, 80],
] as const

/**
 * A heat map of any size laid over an image: half the image, half the colour of the heat, [H, W, 3]. An image of one or three
 * channels is shown as it is, any other as the mean of its channels.
 *
 * @param heat 0..1, row by row
 */
export function overlayHeat(image: ByteImage, heat: ArrayLike<number>, heatSize: Size): ByteImage {
  const [height, width, channels] = image.shape
  const fitted = resizeMap(heat, heatSize, [height, width])
  const pixels = new Uint8Array(height * width * 3)
  for (const [place, value] of fitted.entries()) {
    const under = colorAt(image.pixels, place, channels)
    const over = colorOf(value)
    for (const [index, part] of over.entries()) {
      pixels[place * 3 + index] = Math.round((1 - share) * (under[index] ?? 0) + share * part)
    }
  }
  return { shape: [height, width, 3], pixels }
}

/** Bilinear between the centres of the pixels; beyond the outermost centres their values go on. */
export function resizeMap(map: ArrayLike<number>, [height, width]: Size, [newHeight, newWidth]: Size): Float64Array {
  const rows = neighbours(height, newHeight)
  const columns = neighbours(width, newWidth)
  const resized = new Float64Array(newHeight * newWidth)
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      const at = (first: number, second: number) => map[first * width + second] ?? Number.NaN
      const above = (1 - column.part) * at(row.first, column.first) + column.part * at(row.first, column.second)
      const below = (1 - column.part) * at(row.second, column.first) + column.part * at(row.second, column.second)
      resized[y * newWidth + x] = (1 - row.part) * above + row.part * below
    }
  }
  return resized
}

/** For each new pixel along an axis the two old ones around its centre, and the second's part. */
function neighbours(size: number, newSize: number) {
  return Array.from({ length: newSize }, (_, index) => {
    const center = Math.min(size - 1, Math.max(0, ((index + 0.5) * size) / newSize - 0.5))
    const first = Math.floor(center)
    return { first, second: Math.min(size - 1, first + 1), part: center - first }
  })
}

function colorAt(pixels: Uint8Array, place: number, channels: number): readonly number[] {
  const own = pixels.subarray(place * channels, (place + 1) * channels)
  if (channels === 3) return [...own]
  const mean = own.reduce((sum, value) => sum + value, 0) / channels
  return [mean, mean, mean]
}

function colorOf(heat: number): readonly [number, number, number] {
  const position = Math.min(1, Math.max(0, heat)) * (stops.length - 1)
  const index = Math.min(stops.length - 2, Math.floor(position))
  const [from, to] = [stops[index] ?? stops[0], stops[index + 1] ?? stops[0]]
  const part = position - index
  const mix = (a: number, b: number) => a + part * (b - a)
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])]
}

/** Every pixel as a square of `factor` × `factor`, for eyes: images of data sets are small. */
export function enlarge({ shape, pixels }: ByteImage, factor: number): ByteImage {
  const [height, width, channels] = shape
  const [rows, columns] = [height * factor, width * factor]
  const enlarged = new Uint8Array(rows * columns * channels)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * channels
      enlarged.set(pixels.subarray(from, from + channels), (y * columns + x) * channels)
    }
  }
  return { shape: [rows, columns, channels], pixels: enlarged }
}
