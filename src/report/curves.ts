import type { RunResult, Summary, VariantResult } from '../study/results.ts'
import type { BarChart, Chart, ChartText, LineChart } from './chart/chart.ts'
import { errorTop, percentPoint, plainPoint, seriesOf } from './chart/points.ts'
import { styleOf } from './chart/style.ts'
import { formatFraction, formatSummary, significant } from './format.ts'
import { spreadWords } from './legend.ts'
import { isFraction, measureName } from './measure-name.ts'
import { printLevel, type SweepView, sweepsOf } from './sweeps.ts'
import { safeNames } from './text.ts'
import { trainingCharts } from './training-curves.ts'

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
  const briefly = sweep.kind === 'noise' ? `with ${sweep.shortTitle} noise` : `under ${sweep.shortTitle}`
  const text = {
    name: `${measure}-${sweep.name}-${sweep.parameter}`,
    topic: sweep.kind,
    title: `${capital(quantity)} ${briefly}`,
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
    title: `Test images without a gradient for ${sweep.shortTitle}`,
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

/** The error of a network that guesses, where classes are equally frequent. */
function guessing(run: RunResult): LineChart['reference'] {
  const classes = run.dataset.classes.length
  if (classes < 2) return null
  const y = 100 * (1 - 1 / classes)
  return { y, label: `guessing among ${classes} classes: ${printLevel(Number(y.toFixed(1)))} %` }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
