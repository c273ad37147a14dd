import type { EpochResult, RunResult, Summary } from '../study/results.ts'
import type { ChartText, LineChart } from './chart/chart.ts'
import { errorTop, plainPoint, seriesOf } from './chart/points.ts'
import { isFiniteNumber } from './format.ts'
import { spreadWords } from './legend.ts'

type EpochValue = (epoch: EpochResult) => number | null

/** Loss and validation error over the epochs; the latter only where there are validation images. */
export function trainingCharts(run: RunResult): readonly LineChart[] {
  const epochs = run.variants.flatMap((variant) => variant.trials.flatMap((trial) => trial.epochs))
  if (epochs.length === 0) return []
  const over = `after each epoch, ${spreadWords(run, 'band')}`
  const loss = trainingChart(run, (epoch) => epoch.loss, 'training loss', {
    name: 'training-loss',
    topic: 'training',
    title: 'Training loss',
    caption: `Mean training loss ${over}.`,
  })
  if (epochs.every((epoch) => epoch.validationError === null)) return [loss]
  const inPercent: EpochValue = ({ validationError }) => (validationError === null ? null : validationError * 100)
  const error = trainingChart(run, inPercent, 'validation error (%)', {
    name: 'validation-error',
    topic: 'training',
    title: 'Validation error',
    caption: `Error on the validation images ${over}.`,
  })
  return [loss, { ...error, yTop: errorTop(error.series) }]
}

function trainingChart(run: RunResult, value: EpochValue, yLabel: string, text: ChartText): LineChart {
  const count = Math.max(...run.variants.flatMap((variant) => variant.trials.map((trial) => trial.epochs.length)))
  const series = seriesOf(run, (variant) =>
    Array.from({ length: count }, (_, index) => {
      const epochs = variant.trials.flatMap((trial) => trial.epochs[index] ?? [])
      return plainPoint(index + 1, summarize(epochs.map(value)))
    }),
  )
  return { kind: 'lines', ...text, xLabel: 'epoch', yLabel, series, yTop: null, reference: null }
}

/** Null as soon as one trial has no finite value: a mean over the others would hide that it diverged. */
function summarize(values: readonly (number | null)[]): Summary | null {
  const finite = values.filter(isFiniteNumber)
  if (finite.length === 0 || finite.length < values.length) return null
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: finite.length < 2 ? null : Math.sqrt(squares / (finite.length - 1)) }
}
