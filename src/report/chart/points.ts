import type { RunResult, Summary, VariantResult } from '../../study/results.ts'
import { isFiniteNumber } from '../format.ts'
import type { Series, SeriesPoint } from './chart.ts'
import { styleOf } from './style.ts'

/** Errors that reach this many percent are shown on an axis up to 100 %. */
const LARGE_ERROR = 50

/** A curve for each variant, in the style that it has in every chart. */
export function seriesOf(
  run: RunResult,
  points: (variant: VariantResult) => readonly SeriesPoint[],
): readonly Series[] {
  return run.variants.map((variant, index) => ({ name: variant.name, style: styleOf(index), points: points(variant) }))
}

export function plainPoint(x: number, summary: Summary | null): SeriesPoint {
  const mean = summary?.mean
  if (!isFiniteNumber(mean)) return { x, value: null, low: null, high: null }
  const std = summary?.std
  if (!isFiniteNumber(std)) return { x, value: mean, low: null, high: null }
  return { x, value: mean, low: mean - std, high: mean + std }
}

/** A fraction in percent; its band ends where fractions do. */
export function percentPoint(x: number, summary: Summary | null): SeriesPoint {
  const { value, low, high } = plainPoint(x, summary)
  return {
    x,
    value: value === null ? null : value * 100,
    low: low === null ? null : Math.max(0, low * 100),
    high: high === null ? null : Math.min(100, high * 100),
  }
}

/** Where the axis of an error ends: at 100 % once errors are large, otherwise with the data. */
export function errorTop(series: readonly Series[]): number {
  const most = Math.max(0, ...series.flatMap((entry) => entry.points.map((point) => point.value ?? 0)))
  return most > LARGE_ERROR ? 100 : most
}
