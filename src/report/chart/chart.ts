import type { SeriesStyle } from './style.ts'

export interface ChartText {
  /** Path-safe and unique in the run: `error-fgsm-eps`. */
  readonly name: string
  readonly topic: 'noise' | 'attack' | 'training'
  readonly title: string
  /** What is drawn, in a sentence: the figure's caption and its text for those who cannot see it. */
  readonly caption: string
}

/** `value` is null where nothing finite was measured; `low` and `high` bound the band, null without a deviation. */
export interface SeriesPoint {
  readonly x: number
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface Series {
  readonly name: string
  readonly style: SeriesStyle
  readonly points: readonly SeriesPoint[]
}

/** Curves over the levels of a sweep or over epochs. */
export interface LineChart extends ChartText {
  readonly kind: 'lines'
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly Series[]
  /** The axis never ends below this, as 100 for an error in % that gets large; null to end at the data. */
  readonly yTop: number | null
  /** A level worth knowing, such as the error of guessing. */
  readonly reference: { readonly y: number; readonly label: string } | null
}

/** One bar for each variant. */
export interface BarChart extends ChartText {
  readonly kind: 'bars'
  readonly xLabel: string
  readonly bars: readonly {
    readonly name: string
    readonly style: SeriesStyle
    readonly point: SeriesPoint
    readonly text: string
  }[]
  readonly xTop: number | null
}

export type Chart = LineChart | BarChart

/** A chart drawn: `inline` takes the page's colours, `file` stands alone on white. */
export interface DrawnChart extends ChartText {
  readonly inline: string
  readonly file: string
}
