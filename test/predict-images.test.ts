import fc from 'fast-check'
import { PNG } from 'pngjs'
import { describe, expect, it, test } from 'vitest'
import { enlarge, overlayHeat, resizeMap } from '../src/explain/overlay.ts'
import { fitImage } from '../src/predict/fit-image.ts'
import { type Picture, readPng } from '../src/predict/read-png.ts'
import { encodePng } from '../src/report/png.ts'

function pictureOf(
  height: number,
  width: number,
  color: (y: number, x: number) => readonly [number, number, number],
): Picture {
  const rgba = Uint8Array.from({ length: height * width * 4 }, (_, at) => {
    const place = Math.floor(at / 4)
    return [...color(Math.floor(place / width), place % width), 255][at % 4] ?? 0
  })
  return { width, height, rgba }
}

const grey = (value: number) => [value, value, value] as const
const fitted = (picture: Picture, shape: readonly number[], resize = true) =>
  fitImage(picture, shape, resize, 'a.png').value

describe('a PNG', () => {
  const bytes = encodePng([3, 2, 1], Uint8Array.of(0, 50, 100, 150, 200, 250))

  it('is read as RGBA, grey or colour', () => {
    expect(readPng(bytes, 'a').value).toMatchObject({ width: 2, height: 3 })
    expect([...(readPng(bytes, 'a').value?.rgba.subarray(4, 8) ?? [])]).toEqual([50, 50, 50, 255])
    const color = encodePng([1, 1, 3], Uint8Array.of(1, 2, 3))
    expect([...(readPng(color, 'a').value?.rgba ?? [])]).toEqual([1, 2, 3, 255])
  })

  it('of 16 bits is read as 8', () => {
    const png = new PNG({ width: 1, height: 1 })
    const data = Buffer.alloc(2)
    data.writeUInt16LE(0x8000)
    png.data = data
    const deep = PNG.sync.write(png, { bitDepth: 16, colorType: 0, inputColorType: 0, inputHasAlpha: false })
    expect(readPng(deep, 'a').value?.rgba[0]).toBe(128)
  })

  test.each([
    ['', 'the file is empty'],
    ['\xff\xd8\xff\xe0', 'a JPEG, not a PNG'],
    ['GIF89a', 'a GIF, not a PNG'],
    ['RIFF\0\0\0\0WEBP', 'a WebP, not a PNG'],
    ['\x89PNG\r\n\x1a\n', 'the PNG is damaged: it has no header'],
  ])('%j is none', (text, message) => {
    expect(readPng(Buffer.from(text, 'latin1'), 'a').diagnostics.map((found) => found.message)).toEqual([
      `a: ${message}`,
    ])
  })

  it('that is damaged is read or refused, and never throws', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), fc.nat(), (changes, cut) => {
        const damaged = Uint8Array.from(bytes)
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte
        const { value, diagnostics } = readPng(cut % 2 === 0 ? damaged : damaged.subarray(0, cut % bytes.length), 'a')
        expect(value === undefined).toBe(diagnostics.length > 0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a picture for a network', () => {
  it('keeps its bytes where it fits', () => {
    const image = fitted(
      pictureOf(2, 3, (y, x) => grey(40 * y + x)),
      [2, 3, 1],
      false,
    )
    expect(image).toEqual({
      shape: [2, 3, 1],
      pixels: Uint8Array.of(0, 1, 2, 40, 41, 42),
      resizedFrom: null,
      greyed: false,
    })
  })

  it('turns colours to their luminance, and grey to colours', () => {
    const colors = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
    ] as const
    const image = fitted(
      pictureOf(1, 4, (_y, x) => colors[x] ?? [0, 0, 0]),
      [1, 4, 1],
    )
    expect(image?.greyed).toBe(true)
    // 0.299, 0.587 and 0.114 of 255: Recommendation ITU-R BT.601.
    expect([...(image?.pixels ?? [])]).toEqual([76, 150, 29, 255])
    expect([
      ...(fitted(
        pictureOf(1, 1, () => grey(7)),
        [1, 1, 3],
      )?.pixels ?? []),
    ]).toEqual([7, 7, 7])
    const every = pictureOf(16, 16, (y, x) => grey(16 * y + x))
    expect([...(fitted(every, [16, 16, 1])?.pixels ?? [])]).toEqual(Array.from({ length: 256 }, (_, byte) => byte))
  })

  it('of another size is stretched only when asked', () => {
    const picture = pictureOf(4, 6, () => grey(9))
    expect(fitImage(picture, [2, 2, 1], false, 'a.png').diagnostics).toMatchObject([
      { code: 'WM1006', message: 'a.png: 4x6 pixels, the network takes 2x2' },
    ])
    expect(fitted(picture, [2, 2, 1])).toMatchObject({ resizedFrom: [4, 6], pixels: Uint8Array.of(9, 9, 9, 9) })
  })

  it('keeps what is even, and the mean of fine stripes when it shrinks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat({ max: 255 }),
        (from, to, byte) => {
          const image = fitted(
            pictureOf(from, from, () => grey(byte)),
            [to, to, 1],
          )
          expect([...(image?.pixels ?? [])].every((value) => value === byte)).toBe(true)
        },
      ),
    )
    const stripes = fitted(
      pictureOf(60, 60, (_y, x) => grey(x % 2 === 0 ? 200 : 0)),
      [10, 10, 1],
    )
    // The outermost triangles are cut off by the picture's edge.
    const inner = [...(stripes?.pixels ?? [])].filter((_value, at) => at % 10 > 0 && at % 10 < 9)
    expect(new Set(inner)).toEqual(new Set([100]))
  })

  it('enlarges between the centres of its pixels', () => {
    const image = fitted(
      pictureOf(1, 2, (_y, x) => grey(100 * x)),
      [1, 4, 1],
    )
    expect([...(image?.pixels ?? [])]).toEqual([0, 25, 75, 100])
  })

  it('must be opaque, and the network must take pictures', () => {
    const clear = { width: 1, height: 1, rgba: Uint8Array.of(0, 0, 0, 254) }
    expect(fitImage(clear, [1, 1, 1], false, 'a').diagnostics[0]?.message).toMatch(/transparent/)
    expect(
      fitImage(
        pictureOf(1, 1, () => grey(0)),
        [1, 1, 2],
        false,
        'a',
      ).diagnostics[0]?.message,
    ).toBe('a: the network takes 1x1x2')
  })
})

describe('a heat map over an image', () => {
  it('is half the image and half the colour of the heat', () => {
    const image = { shape: [1, 2, 1], pixels: Uint8Array.of(200, 200) } as const
    expect([...overlayHeat(image, [0, 1], [1, 2]).pixels]).toEqual([100, 100, 100, 228, 220, 140])
    const color = { shape: [1, 1, 3], pixels: Uint8Array.of(10, 20, 30) } as const
    expect([...overlayHeat(color, [0.5], [1, 1]).pixels]).toEqual([115, 22, 63])
  })

  it('is lighter where there is more heat', () => {
    const black = { shape: [1, 101, 1], pixels: new Uint8Array(101) } as const
    const { pixels } = overlayHeat(
      black,
      Array.from({ length: 101 }, (_, index) => index / 100),
      [1, 101],
    )
    const light = Array.from({ length: 101 }, (_, at) => {
      const [red = 0, green = 0, blue = 0] = pixels.subarray(at * 3, at * 3 + 3)
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    })
    expect(light.every((value, index) => index === 0 || value >= (light[index - 1] ?? 0) - 0.5)).toBe(true)
  })

  it('is bilinear: exact for what is linear between the outer centres, and the same for the same size', () => {
    const map = Array.from({ length: 12 }, (_, at) => 2 * Math.floor(at / 4) + 5 * (at % 4))
    expect([...resizeMap(map, [3, 4], [3, 4])]).toEqual(map)
    const large = resizeMap(map, [3, 4], [9, 12])
    for (let y = 1; y < 8; y++) {
      for (let x = 1; x < 11; x++) {
        expect(large[y * 12 + x]).toBeCloseTo(2 * ((y + 0.5) / 3 - 0.5) + 5 * ((x + 0.5) / 3 - 0.5), 10)
      }
    }
    expect([...resizeMap([3], [1, 1], [2, 2])]).toEqual([3, 3, 3, 3])
  })

  it('is enlarged pixel by pixel', () => {
    const { shape, pixels } = enlarge({ shape: [1, 2, 1], pixels: Uint8Array.of(1, 2) }, 2)
    expect([shape, [...pixels]]).toEqual([
      [2, 4, 1],
      [1, 1, 2, 2, 1, 1, 2, 2],
    ])
  })
})
