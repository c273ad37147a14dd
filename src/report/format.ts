import type { Summary } from '../study/results.ts'

/** Not measured at all. */
export const ABSENT = '–'

/** Measured, but not a finite number. results.json holds null there, since JSON has no NaN. */
export const NOT_FINITE = 'NaN'

export type Formatter = (value: number) => string

/** The mean with its sample deviation where there is one. */
export function formatSummary(summary: Summary | null | undefined, format: Formatter): string {
  if (summary === undefined || summary === null) return ABSENT
  if (!isFiniteNumber(summary.mean)) return NOT_FINITE
  const mean = format(summary.mean)
  return isFiniteNumber(summary.std) ? `${mean} ± ${likeMean(mean, format(summary.std))}` : mean
}

/** The deviation to the mean's decimals: 0.383 ± 0.076. */
function likeMean(mean: string, std: string): string {
  const decimals = /^-?\d+\.?(\d*)$/.exec(mean)?.[1]?.length
  return decimals === undefined || Number.isNaN(Number(std)) ? std : Number(std).toFixed(decimals)
}

/** A single number: undefined where there is none, null where it was not finite. */
export function formatValue(value: number | null | undefined, format: Formatter): string {
  if (value === undefined) return ABSENT
  return isFiniteNumber(value) ? format(value) : NOT_FINITE
}

export function isFiniteNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** A fraction 0..1 in percent, without the sign. */
export function percent(digits: number): Formatter {
  return (value) => (value * 100).toFixed(digits)
}

/** A fraction in percent where 0 and 100 are said only of exactly none and exactly all. */
export function exactPercent(value: number): string {
  if (value === 0) return '0'
  if (value === 1) return '100'
  const text = (value * 100).toFixed(1)
  if (value > 0 && text === '0.0') return '<0.1'
  return value < 1 && text === '100.0' ? '>99.9' : text
}

/** A fraction over trials in percent. None in any trial is the plain 0 that a reader looks for. */
export function formatFraction(summary: Summary | null | undefined): string {
  return summary?.mean === 0 ? '0' : formatSummary(summary, exactPercent)
}

/** Three significant digits: 3.41, 0.0123, 1.2e+6. */
export function significant(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1)
  return size >= 1000 ? value.toFixed(0) : value.toPrecision(3)
}

/** 261070 as 261,070. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** FLOPs with a unit: 14.0M, 1.07G. */
export function scaled(value: number): string {
  const units = ['', 'k', 'M', 'G', 'T', 'P']
  let size = value
  let unit = 0
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  return unit === 0 ? String(value) : `${size.toPrecision(3)}${units[unit]}`
}

/** Seconds as 42 s, 3 min 05 s, 2 h 07 min. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${seconds < 10 ? seconds.toFixed(1) : whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}
