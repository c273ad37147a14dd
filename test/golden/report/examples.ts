import { overlayHeat } from '../../../src/explain/overlay.ts'
import type { ExampleImages } from '../../../src/study/results.ts'

/** Digits drawn with a pen of soft edge, [28, 28, 1], and perturbed without randomness. */

type Point = readonly [number, number]

const STROKES: Readonly<Record<string, readonly Point[]>> = {
  '7': [
    [7, 8],
    [20, 7],
    [12, 22],
  ],
  '2': [
    [8, 10],
    [13, 6],
    [19, 9],
    [9, 21],
    [20, 21],
  ],
  '1': [
    [11, 10],
    [15, 6],
    [14, 22],
  ],
}

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay]
  const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
  return Math.hypot(x - ax - t * dx, y - ay - t * dy)
}

function drawDigit(label: string): Uint8Array {
  const stroke = STROKES[label] ?? []
  return Uint8Array.from({ length: 28 * 28 }, (_, index) => {
    const point: Point = [index % 28, Math.floor(index / 28)]
    const near = Math.min(...stroke.slice(1).map((end, i) => distance(point, stroke[i] ?? end, end)))
    return Math.round(255 * Math.min(1, Math.max(0, 2.1 - near)))
  })
}

/** A shift of each pixel by ± strength, with signs that look arbitrary. */
function shift(pixels: Uint8Array, strength: number): Uint8Array {
  return pixels.map((value, index) => {
    const sign = (index * 2654435761) % 4294967296 < 2147483648 ? -1 : 1
    return Math.round(Math.min(255, Math.max(0, value + 255 * strength * sign)))
  })
}

function encode(pixels: Uint8Array): string {
  return Buffer.from(pixels).toString('base64')
}

const LEVELS = [
  { kind: 'noise', name: 'uniform', parameter: 'upper', level: 0.5, strength: 0.25 },
  { kind: 'noise', name: 'uniform', parameter: 'upper', level: 1, strength: 0.4 },
  { kind: 'attack', name: 'fgsm', parameter: 'eps', level: 0.15, strength: 0.15 },
  { kind: 'attack', name: 'fgsm', parameter: 'eps', level: 0.3, strength: 0.3 },
  { kind: 'attack', name: 'fgsm', parameter: 'eps', level: 0.5, strength: 0.5 },
] as const

/** `holds` is how many of the perturbations the variant withstands. */
function examplesOf(variant: string, holds: number): ExampleImages {
  return {
    run: { subject: 'Table2', protocol: 'Paper' },
    variant,
    trial: 1,
    shape: [28, 28, 1],
    images: Object.keys(STROKES).map((label, row) => {
      const clean = drawDigit(label)
      return {
        index: 17 * row + 3,
        label,
        clean: { pixels: encode(clean), predicted: label },
        perturbed: LEVELS.map(({ strength, ...entry }, column) => ({
          ...entry,
          pixels: encode(shift(clean, strength)),
          predicted: (column + row) % LEVELS.length < holds ? label : String((Number(label) + 4) % 10),
        })),
      }
    }),
    explained: [
      {
        call: 'gradcam(images=3, layer=none)',
        images: Object.keys(STROKES).map((label, row) => {
          const pixels = drawDigit(label)
          // A spot that moves with the variant, as coarse as the map of a late layer.
          const heat = Array.from({ length: 49 }, (_, at) =>
            Math.max(0, 1 - Math.hypot(Math.floor(at / 7) - row - 1, (at % 7) - holds) / 3),
          )
          return {
            index: 17 * row + 3,
            label,
            predicted: holds === 2 && row === 0 ? '7' : label,
            pixels: encode(pixels),
            overlay: encode(overlayHeat({ shape: [28, 28, 1], pixels }, heat, [7, 7]).pixels),
          }
        }),
      },
    ],
  }
}

export const examples: readonly ExampleImages[] = [
  examplesOf('cnn', 2),
  examplesOf('smooth', 4),
  examplesOf('unsharp_bn', 3),
]
