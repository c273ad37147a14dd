import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIdx } from '../src/data/idx.ts'
import { readDataFile } from '../src/data/read-file.ts'
import { DiagnosticError } from '../src/diagnostics/diagnostic.ts'
import { diagnosticsOf, idxBytes, makeFolder } from './data-fixtures.ts'

describe('parseIdx', () => {
  test('reads images and labels', () => {
    expect(parseIdx(idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 6]), 'f', [1, 3])).toEqual({
      count: 2,
      data: Buffer.from([1, 2, 3, 4, 5, 6]),
    })
    expect(parseIdx(idxBytes([3], [9, 8, 7]), 'f', []).data).toEqual(Buffer.from([9, 8, 7]))
  })

  test('reads dimensions as big-endian, wherever the bytes lie in their buffer', () => {
    const file = idxBytes([256, 1, 1], new Uint8Array(256).fill(5))
    const shifted = new Uint8Array(file.length + 3)
    shifted.set(file, 3)
    expect(parseIdx(shifted.subarray(3), 'f', [1, 1]).count).toBe(256)
  })

  const images = [28, 28]
  test.each<[string, Uint8Array, readonly number[], string, string]>([
    ['an empty file', new Uint8Array(0), images, 'WM0604', 'f is empty; wanted 00 00'],
    ['text', Buffer.from('<!DOCTYPE html>'), images, 'WM0604', 'the bytes 3c 21 44 4f; wanted 00 00'],
    ['a few bytes', Uint8Array.of(0, 0, 8), images, 'WM0604', 'the bytes 00 00 08; wanted'],
    ['floats', idxBytes([1, 28, 28], [], 0x0d), images, 'WM0605', '0x0d (float); wanted 0x08 (unsigned byte)'],
    ['an unknown type', idxBytes([1], [], 0x42), images, 'WM0605', '0x42 (unknown); wanted 0x08'],
    ['labels for images', idxBytes([1], [4]), images, 'WM0606', '1 dimension; wanted images with 3 dimensions'],
    ['images for labels', idxBytes([1, 1, 1], [4]), [], 'WM0606', '3 dimensions; wanted labels with 1 dimension'],
    ['255 dimensions', Uint8Array.of(0, 0, 8, 255), images, 'WM0606', '255 dimensions; wanted images with 3'],
    ['no dimensions', Uint8Array.of(0, 0, 8, 0), [], 'WM0606', '0 dimensions; wanted labels with 1'],
    ['other sizes', idxBytes([1, 32, 32], new Uint8Array(1024)), images, 'WM0606', '32x32; wanted 28x28'],
    ['half a header', idxBytes([1, 28, 28], []).subarray(0, 9), images, 'WM0608', '9 bytes; its header alone takes 16'],
    [
      'a header of terabytes',
      idxBytes([0xffffffff, 28, 28], [1]),
      images,
      'WM0607',
      '4294967295x28x28 = 3,367,254,359,280 bytes; at most 67,108,864',
    ],
    [
      'a header beyond float64',
      idxBytes([0xffffffff, 0xffffffff, 0xffffffff], []),
      images,
      'WM0607',
      '79,228,162,458,924,105,385,300,197,375 bytes',
    ],
    [
      'a cut',
      idxBytes([2, 28, 28], new Uint8Array(1567)),
      images,
      'WM0608',
      '1,567 bytes of data; the header announces 2x28x28 = 1,568',
    ],
    ['a tail', idxBytes([3], [1, 2, 3, 4]), [], 'WM0609', '4 bytes of data; the header announces 3'],
  ])('refuses %s', async (_, bytes, itemShape, code, message) => {
    const diagnostics = await diagnosticsOf(() => parseIdx(bytes, 'f', itemShape))
    expect(diagnostics).toMatchObject([{ code, severity: 'error', message: expect.stringContaining(message) }])
    expect(diagnostics[0]).not.toHaveProperty('span')
  })

  test('reads what the header announces or complains, whatever the bytes', () => {
    const start = fc.constantFrom([], [0, 0, 8, 1], [0, 0, 8, 3], [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2])
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 32 }), (head, tail) => {
        try {
          const { count, data } = parseIdx(Uint8Array.of(...head, ...tail), 'f', [2, 2])
          expect(data.length).toBe(4 * count)
        } catch (cause) {
          expect(cause).toBeInstanceOf(DiagnosticError)
        }
      }),
    )
  })
})

describe('readDataFile', () => {
  const content = Buffer.from('a line\n'.repeat(1000))

  test('unpacks by content, not by name', async () => {
    const folder = await makeFolder({ 'packed.txt': gzipSync(content), 'plain.gz': content })
    expect(Buffer.compare(await readDataFile(join(folder, 'packed.txt')), content)).toBe(0)
    expect(Buffer.compare(await readDataFile(join(folder, 'plain.gz')), content)).toBe(0)
  })

  test('refuses damaged gzip: cut off, or with a flipped byte', async () => {
    const packed = gzipSync(content)
    const flipped = Buffer.from(packed)
    flipped[packed.length - 6] = (flipped[packed.length - 6] ?? 0) ^ 1
    const folder = await makeFolder({ cut: packed.subarray(0, 40), flipped })
    for (const [name, reason] of [
      ['cut', 'cut (40 bytes) cannot be unpacked: unexpected end of file'],
      ['flipped', 'incorrect data check'],
    ] as const) {
      const file = join(folder, name)
      expect(await diagnosticsOf(() => readDataFile(file, name))).toMatchObject([
        { code: 'WM0603', message: expect.stringContaining(reason) },
      ])
    }
  })

  test('refuses what unpacks beyond all measure, or is that large', async () => {
    const folder = await makeFolder({ bomb: gzipSync(Buffer.alloc(2 ** 26 + 1)), sparse: Buffer.alloc(0) })
    await truncate(join(folder, 'sparse'), 2 ** 40)
    expect(await diagnosticsOf(() => readDataFile(join(folder, 'bomb'), 'bomb'))).toMatchObject([
      { code: 'WM0607', message: 'bomb unpacks to more than 67,108,864 bytes; at most 67,108,864 are read' },
    ])
    expect(await diagnosticsOf(() => readDataFile(join(folder, 'sparse'), 'sparse'))).toMatchObject([
      { code: 'WM0607', message: 'sparse has 1,099,511,627,776 bytes; at most 67,108,864 are read' },
    ])
  })

  test('says why the system refuses', async () => {
    const folder = await makeFolder()
    expect(await diagnosticsOf(() => readDataFile(join(folder, 'none'), 'none'))).toMatchObject([
      { code: 'WM0602', message: 'none: ENOENT: no such file or directory' },
    ])
    expect(await diagnosticsOf(() => readDataFile(folder, 'folder'))).toMatchObject([
      { code: 'WM0602', message: 'folder: EISDIR: illegal operation on a directory' },
    ])
  })
})
