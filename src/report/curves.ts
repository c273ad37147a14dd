import type { RunResult, Summary, VariantResult } from '../study/results.ts'
import type { BarChart, Chart, ChartText, LineChart, Series, SeriesPoint } from './chart/chart.ts'
import { styleOf } from './chart/style.ts'
import { formatFraction, formatSummary, isFiniteNumber, significant } from './format.ts'
import { isFraction, measureName } from './measure-name.ts'
import { printLevel, type SweepView, sweepsOf } from './sweeps.ts'
import { plural, safeNames } from './text.ts'

/** Errors that reach this much are shown on an axis up to 100 %. */
const LARGE_ERROR = 50

/** What the charts of a run show: each measure over each sweep, zero gradients, and how training went. */
export function chartsOf(run: RunResult): readonly Chart[] {
  if (run.variants.length === 0) return []
  const charts = [
    ...sweepsOf(run).flatMap((sweep) => [
      ...sweep.measures.map((measure) => measureChart(run, sweep, measure)),
      ...(sweep.kind === 'attack' ? [zeroGradientChart(run, sweep)] : []),
    ]),
    ...trainingCharts(run),
  ]
  const names = safeNames(charts.map((chart) => chart.name))
  return charts.map((chart, index) => ({ ...chart, name: names[index] ?? chart.name }))
}

function measureChart(run: RunResult, sweep: SweepView, measure: string): Chart {
  const isError = measure === 'error'
  const inPercent = isFraction(measure)
  const quantity = isError ? 'test error' : measureName(measure)
  const under = sweep.kind === 'noise' ? `with ${sweep.title} noise` : `under ${sweep.title}`
  const text = {
    name: `${measure}-${sweep.name}-${sweep.parameter}`,
    topic: sweep.kind,
    title: `${capital(quantity)} ${under}`,
    caption: `${capital(quantity)}${inPercent ? ' in % of all test images' : ''} ${under}, ${spreadWords(run, sweep.levels.length === 1 ? 'whisker' : 'band')}.`,
  }
  const point = (variant: VariantResult, level: number) => {
    const summary = sweep.at(variant, level, measure)
    return inPercent ? percentPoint(level, summary) : plainPoint(level, summary)
  }
  const valueLabel = inPercent ? `${quantity} (%)` : quantity
  if (sweep.levels.length === 1)
    return barsOf(run, text, valueLabel, (variant) => sweep.at(variant, sweep.levels[0] ?? 0, measure), inPercent)
  const series = seriesOf(run, (variant) => sweep.levels.map((level) => point(variant, level)))
  return {
    kind: 'lines',
    ...text,
    xLabel: sweep.axis,
    yLabel: valueLabel,
    series,
    yTop: inPercent ? errorTop(series) : null,
    reference: isError ? guessing(run) : null,
  }
}

function zeroGradientChart(run: RunResult, sweep: SweepView): Chart {
  const text = {
    name: `zero-gradients-${sweep.name}-${sweep.parameter}`,
    topic: sweep.kind,
    title: `Test images without a gradient for ${sweep.title}`,
    caption: `Test images whose loss gradient is exactly zero, so that ${sweep.name} cannot move them, in % of all test images, ${spreadWords(run, 'whisker')}.`,
  }
  return barsOf(run, text, 'zero gradients (% of test images)', sweep.zeroGradients, true)
}

function barsOf(
  run: RunResult,
  text: ChartText,
  xLabel: string,
  value: (variant: VariantResult) => Summary | null,
  inPercent: boolean,
): BarChart {
  const bars = run.variants.map((variant, index) => ({
    name: variant.name,
    style: styleOf(index),
    point: inPercent ? percentPoint(0, value(variant)) : plainPoint(0, value(variant)),
    text: barText(value(variant), inPercent),
  }))
  return { kind: 'bars', ...text, xLabel, bars, xTop: inPercent ? 10 : null }
}

function barText(summary: Summary | null, inPercent: boolean): string {
  if (summary === null) return 'not measured'
  return inPercent ? `${formatFraction(summary)} %` : formatSummary(summary, significant)
}

function trainingCharts(run: RunResult): readonly LineChart[] {
  const epochs = Math.max(0, ...run.variants.flatMap((variant) => variant.trials.map((trial) => trial.epochs.length)))
  if (epochs === 0) return []
  const over = `after each epoch, ${spreadWords(run, 'band')}`
  const validated = run.variants.some((variant) =>
    variant.trials.some((trial) => trial.epochs.some((epoch) => epoch.validationError !== null)),
  )
  const loss = trainingChart(
    run,
    epochs,
    'training-loss',
    'Training loss',
    `Mean training loss ${over}.`,
    (value) => value.loss,
  )
  if (!validated) return [loss]
  const caption = `Error on the validation images ${over}.`
  const error = trainingChart(run, epochs, 'validation-error', 'Validation error', caption, (value) =>
    value.validationError === null ? null : value.validationError * 100,
  )
  return [loss, { ...error, yLabel: 'validation error (%)', yTop: errorTop(error.series) }]
}

function trainingChart(
  run: RunResult,
  epochs: number,
  name: string,
  title: string,
  caption: string,
  value: (epoch: VariantResult['trials'][number]['epochs'][number]) => number | null,
): LineChart {
  const series = seriesOf(run, (variant) =>
    Array.from({ length: epochs }, (_, index) => {
      const values = variant.trials.flatMap((trial) => trial.epochs[index] ?? []).map(value)
      return plainPoint(index + 1, summarize(values.filter(isFiniteNumber)))
    }),
  )
  return {
    kind: 'lines',
    topic: 'training',
    name,
    title,
    caption,
    xLabel: 'epoch',
    yLabel: 'training loss',
    series,
    yTop: null,
    reference: null,
  }
}

function seriesOf(run: RunResult, points: (variant: VariantResult) => readonly SeriesPoint[]): readonly Series[] {
  return run.variants.map((variant, index) => ({ name: variant.name, style: styleOf(index), points: points(variant) }))
}

function plainPoint(x: number, summary: Summary | null): SeriesPoint {
  const mean = summary?.mean
  if (!isFiniteNumber(mean)) return { x, value: null, low: null, high: null }
  const std = summary?.std
  if (!isFiniteNumber(std)) return { x, value: mean, low: null, high: null }
  return { x, value: mean, low: mean - std, high: mean + std }
}

/** A fraction in percent; its band ends where fractions do. */
function percentPoint(x: number, summary: Summary | null): SeriesPoint {
  const { value, low, high } = plainPoint(x, summary)
  return {
    x,
    value: value === null ? null : value * 100,
    low: low === null ? null : Math.max(0, low * 100),
    high: high === null ? null : Math.min(100, high * 100),
  }
}

function summarize(values: readonly number[]): Summary | null {
  if (values.length === 0) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)) }
}

function errorTop(series: readonly Series[]): number {
  const most = Math.max(0, ...series.flatMap((entry) => entry.points.map((point) => point.value ?? 0)))
  return most > LARGE_ERROR ? 100 : most
}

/** The error of a network that guesses, where classes are equally frequent. */
function guessing(run: RunResult): LineChart['reference'] {
  const classes = run.dataset.classes.length
  if (classes < 2) return null
  const y = 100 * (1 - 1 / classes)
  return { y, label: `guessing among ${classes} classes: ${printLevel(Number(y.toFixed(1)))} %` }
}

/** How the deviation over trials is drawn: as a `band` or as a `whisker`. */
function spreadWords(run: RunResult, mark: 'band' | 'whisker'): string {
  const counts = run.variants.map((variant) => variant.trials.length).filter((count) => count > 0)
  const most = Math.max(0, ...counts)
  if (most < 2) return 'one trial'
  const upTo = counts.every((count) => count === most) ? '' : 'up to '
  return `mean over ${upTo}${plural(most, 'trial')}, ${mark} ± one sample standard deviation`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
