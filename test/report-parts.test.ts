import fc from 'fast-check'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { printCall } from '../src/registry/construct.ts'
import { axisOf } from '../src/report/chart/axis.ts'
import type { LineChart, Series } from '../src/report/chart/chart.ts'
import { LABEL_HEIGHT, placeLabels } from '../src/report/chart/labels.ts'
import { PALETTE, styleOf } from '../src/report/chart/style.ts'
import { duration, exactPercent, formatSummary, grouped, percent, scaled, significant } from '../src/report/format.ts'
import { pngDataUri } from '../src/report/png.ts'
import { pickLevels, printLevel, sweepsOf } from '../src/report/sweeps.ts'
import { safeNames, shortNames } from '../src/report/text.ts'
import { run } from './golden/report/fixture.ts'
import { callOf } from './training-fixtures.ts'

describe('the titles of an attack', () => {
  const titlesOf = (args: Parameters<typeof callOf>[2]) => {
    const call = callOf('attack', 'pgd', args)
    const sweep = { kind: 'attack', name: 'pgd', call: printCall(call), parameter: 'eps', points: [] } as const
    const variants = run.variants.map((variant) => ({ ...variant, sweeps: [{ ...sweep, zeroGradientFraction: null }] }))
    const [view] = sweepsOf({ ...run, protocol: { ...run.protocol, attack: [call] }, variants })
    return [view?.title, view?.shortTitle]
  }

  it('have all arguments with four digits, and in drawings only those that are not as usual', () => {
    expect(titlesOf({ eps: [0.1], steps: 5 })).toEqual([
      'pgd(norm=linf, steps=5, rel_step=0.03333…, random_start=true, restarts=1)',
      'pgd(steps=5)',
    ])
    expect(titlesOf({ eps: [0.1] })[1]).toBe('pgd')
    expect(titlesOf({ eps: [0.1], norm: 'l2', rel_step: 0.025 })[1]).toBe('pgd(norm=l2, rel_step=0.025)')
  })
})

function seriesOf(...values: readonly (number | null)[]): Series {
  const points = values.map((value, x) => ({ x, value, low: null, high: null }))
  return { name: 'a', style: styleOf(0), points }
}

function chartOf(yTop: number | null, ...values: readonly (number | null)[]): LineChart {
  return {
    kind: 'lines',
    name: 'c',
    topic: 'noise',
    title: '',
    caption: '',
    xLabel: '',
    yLabel: '',
    series: [seriesOf(...values)],
    yTop,
    reference: null,
  }
}

describe('numbers', () => {
  it('are written for the column they stand in', () => {
    expect([0, 0.0004, 0.9996, 1, 0.1374].map(exactPercent)).toEqual(['0', '<0.1', '>99.9', '100', '13.7'])
    expect([0, 3.414, 0.01234, 1234.5, 1.23e6, 4e-7].map(significant)).toEqual([
      '0',
      '3.41',
      '0.0123',
      '1235',
      '1.2e+6',
      '4.0e-7',
    ])
    expect([0, 999, 1000, 1_187_030].map(grouped)).toEqual(['0', '999', '1,000', '1,187,030'])
    expect([850, 14_014_824, 1_074_080_000, 999_900].map(scaled)).toEqual(['850', '14.0M', '1.07G', '1.00M'])
    expect([4.24, 59, 185, 7620].map(duration)).toEqual(['4.2 s', '59 s', '3 min 05 s', '2 h 07 min'])
    expect([0.1 + 0.2, 0.15, 1].map(printLevel)).toEqual(['0.3', '0.15', '1'])
  })

  it('show the deviation to the decimals of the mean', () => {
    expect(formatSummary({ mean: 0.383, std: 0.0757 }, significant)).toBe('0.383 ± 0.076')
    expect(formatSummary({ mean: 0.0112, std: 0.0004 }, percent(2))).toBe('1.12 ± 0.04')
    expect(formatSummary({ mean: 0.0112, std: null }, percent(2))).toBe('1.12')
    expect(formatSummary({ mean: Number.NaN, std: null }, percent(2))).toBe('NaN')
    expect(formatSummary(null, percent(2))).toBe('–')
  })
})

describe('levels', () => {
  it('are spread, end at the last and leave out the clean one', () => {
    expect(pickLevels([0, 1, 2, 3, 4, 5, 6, 7, 8], 4)).toEqual([2, 4, 6, 8])
    expect(pickLevels([0, 0.5], 4)).toEqual([0.5])
    expect(pickLevels([0], 4)).toEqual([0])
  })
})

describe('axes', () => {
  it('are logarithmic only where values span decades, with a place for zero', () => {
    expect(axisOf(chartOf(null, 1, 40)).type).toBe('linear')
    const axis = axisOf(chartOf(null, 0, 0.004, 90))
    expect(axis).toMatchObject({ type: 'log', floor: 0.001 })
    expect(axis.zero).toBeLessThan(0.001)
    expect(axis.ticks.slice(1)).toEqual([0.001, 0.01, 0.1, 1, 10, 100])
    expect(axisOf(chartOf(null, 0.004, 90)).zero).toBeNull()
    expect(axisOf(chartOf(null, -1, 0.004, 90)).type).toBe('linear')
    expect(axisOf(chartOf(100, 0.004, 90)).type).toBe('linear')
  })

  it('hold every value between round ticks', () => {
    const value = fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1e12, noNaN: true }))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const axis = axisOf(chartOf(null, ...values))
        expect(axis.ticks.length).toBeLessThanOrEqual(9)
        expect(axis.ticks).toEqual([...axis.ticks].sort((a, b) => a - b))
        for (const each of values) {
          expect(each).toBeLessThanOrEqual(axis.domain[1] * (1 + 1e-9))
          if (each > 0) expect(each).toBeGreaterThanOrEqual(axis.floor * (1 - 1e-9))
        }
      }),
    )
  })
})

describe('labels beside curves', () => {
  it('neither overlap nor leave the plot nor cross', () => {
    const ends = fc.array(fc.option(fc.double({ min: 50, max: 400, noNaN: true })), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(ends, (heights) => {
        const series = heights.map(() => seriesOf(1))
        const anchors = heights.map((y) => (y === null ? null : { x: 0, y }))
        const labels = placeLabels(series, anchors, 50, 400)
        expect(labels).toHaveLength(heights.length)
        labels.forEach((label, index) => {
          expect(label.y).toBeGreaterThanOrEqual(50)
          expect(label.y).toBeLessThanOrEqual(400)
          const next = labels[index + 1]
          if (next !== undefined) {
            expect(next.y - label.y).toBeGreaterThanOrEqual(LABEL_HEIGHT - 1e-9)
            expect(next.anchor?.y ?? Infinity).toBeGreaterThanOrEqual(label.anchor?.y ?? Infinity)
          }
        })
      }),
    )
  })
})

describe('series', () => {
  it('differ in more than colour', () => {
    const styles = Array.from({ length: 35 }, (_, index) => styleOf(index))
    expect(new Set(styles.map((style) => JSON.stringify(style))).size).toBe(35)
    const inGrey = styles.slice(0, 9).map(({ dash, symbol }) => `${dash} ${symbol}`)
    expect(new Set(inGrey).size).toBe(9)
  })

  it('have enough contrast on both pages', () => {
    const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    const luminance = (hex: string) =>
      [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
        return sum + weight * channel(Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255)
      }, 0)
    // WCAG 2.2, relative luminance and contrast ratio; 3:1 for graphics.
    for (const { light, dark } of PALETTE) {
      expect(1.05 / (luminance(light) + 0.05)).toBeGreaterThan(3)
      expect((luminance(dark) + 0.05) / (luminance('#15171a') + 0.05)).toBeGreaterThan(3)
    }
  })
})

describe('names', () => {
  it('stay apart when shortened', () => {
    expect(shortNames(['cnn', 'layer_conv_norm_none', 'layer_dense_norm_none'], 11)).toEqual([
      'cnn',
      'layer…_none #2',
      'layer…_none #3',
    ])
  })

  it('become safe and unique file names', () => {
    expect(safeNames(['A b', 'a-b', '../x', '', '漢', 'a-b-2'])).toEqual([
      'a-b',
      'a-b-2',
      'x',
      'unnamed',
      'unnamed-2',
      'a-b-2-2',
    ])
  })
})

describe('images', () => {
  function readBack(uri: string): { width: number; height: number; data: Buffer } {
    return PNG.sync.read(Buffer.from(uri.split(',')[1] ?? '', 'base64'))
  }

  it('keep colours', () => {
    const png = readBack(pngDataUri([1, 2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)))
    expect([...png.data]).toEqual([1, 2, 3, 255, 4, 5, 6, 255])
  })

  it('show other numbers of channels side by side', () => {
    const png = readBack(pngDataUri([2, 2, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)))
    expect([png.width, png.height]).toEqual([4, 2])
    expect([...png.data].filter((_, index) => index % 4 === 0)).toEqual([1, 3, 2, 4, 5, 7, 6, 8])
  })

  it('refuse pixels that do not fill them', () => {
    expect(() => pngDataUri([2, 2, 1], Uint8Array.of(1, 2, 3))).toThrow('3 bytes for an image of 2x2x1')
  })
})
