import type { ByteImage } from '../explain/overlay.ts'

/** Its negative: white for black. */
export function invertImage<T extends ByteImage>(image: T): T {
  return { ...image, pixels: image.pixels.map((value) => 255 - value) }
}

/** Whether the pixels along its four sides are light on average. */
export function hasLightGround({ shape: [height, width, channels], pixels }: ByteImage): boolean {
  const row = width * channels
  const border = pixels.filter((_, at) => {
    const [y, x] = [Math.floor(at / row), Math.floor((at % row) / channels)]
    return y === 0 || y === height - 1 || x === 0 || x === width - 1
  })
  return border.reduce((sum, value) => sum + value, 0) > 127.5 * border.length
}
