import type { LineChart, Series } from './chart.ts'

/** The vertical axis of a line chart. */
export interface Axis {
  readonly type: 'linear' | 'log'
  readonly domain: readonly [number, number]
  readonly ticks: readonly number[]
  /** The least value that has a place of its own; what is lower is drawn here. */
  readonly floor: number
  /** Logarithmic axes have no zero: values of exactly 0 are drawn at this value, labelled 0, below a broken line. */
  readonly zero: number | null
}

/** Values that differ by more than this factor are drawn on a logarithmic axis. */
const LOG_RATIO = 50
const MOST_DECADES = 6

export function axisOf(chart: LineChart): Axis {
  const values = chart.series.flatMap(finiteValues)
  const positive = values.filter((value) => value > 0)
  const [least, most] = [Math.min(...positive), Math.max(...positive)]
  const isLog =
    chart.yTop === null && positive.length > 0 && values.every((value) => value >= 0) && most / least > LOG_RATIO
  return isLog ? logAxis(least, most, values.includes(0)) : linearAxis(chart, values)
}

function linearAxis(chart: LineChart, values: readonly number[]): Axis {
  const bounds = [...values, ...chart.series.flatMap((series) => series.points.map((point) => point.high ?? 0))]
  const bottom = Math.min(0, ...values)
  const wanted = Math.max(...bounds, chart.yTop ?? 0)
  const step = tickStep((wanted > bottom ? wanted : bottom + 1) - bottom)
  const [first, last] = [Math.floor(bottom / step), Math.ceil((wanted > bottom ? wanted : bottom + 1) / step - 1e-9)]
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
  return { type: 'linear', domain: [ticks[0] ?? 0, ticks.at(-1) ?? 1], ticks, floor: ticks[0] ?? 0, zero: null }
}

/** About five steps of 1, 2 or 5 times a power of ten. */
function tickStep(extent: number): number {
  const power = 10 ** Math.floor(Math.log10(extent / 5))
  const factor = [1, 2, 5, 10].find((candidate) => extent / (candidate * power) <= 6) ?? 10
  return factor * power
}

function logAxis(least: number, most: number, hasZero: boolean): Axis {
  const [low, high] = [Math.floor(Math.log10(least) + 1e-9), Math.ceil(Math.log10(most) - 1e-9)]
  const stride = Math.ceil((high - low) / MOST_DECADES)
  const decades = Array.from(
    { length: Math.floor((high - low) / stride) + 1 },
    (_, i) => 10 ** (high - i * stride),
  ).reverse()
  const top = 10 ** high
  // The zero lies a sixth of the axis below the lowest decade.
  const zero = hasZero ? 10 ** (low - (high - low) / 6) : null
  return {
    type: 'log',
    domain: [zero ?? 10 ** low, top],
    ticks: zero === null ? decades : [zero, ...decades],
    floor: 10 ** low,
    zero,
  }
}

/** Where a value is drawn on the axis. */
export function placeOn(axis: Axis, value: number | null): number | null {
  if (value === null) return null
  return value === 0 && axis.zero !== null ? axis.zero : placeInside(axis, value)
}

/** As `placeOn`, for the ends of a band: they stay above the broken line of a logarithmic axis. */
export function placeInside(axis: Axis, value: number): number {
  return Math.min(Math.max(value, axis.floor), axis.domain[1])
}

function finiteValues(series: Series): readonly number[] {
  return series.points.map((point) => point.value).filter((value) => value !== null)
}
