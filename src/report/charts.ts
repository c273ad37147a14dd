import type { RunResult } from '../study/results.ts'
import type { DrawnChart } from './chart/chart.ts'
import { drawChart } from './chart/draw.ts'
import { chartsOf } from './curves.ts'

/** Every chart of a run as a self-contained SVG file; names are path-safe and differ within the run. */
export function renderCharts(run: RunResult): readonly { readonly name: string; readonly svg: string }[] {
  return drawRun(run).map((chart) => ({ name: chart.name, svg: chart.file }))
}

export function drawRun(run: RunResult): readonly DrawnChart[] {
  return chartsOf(run).map(drawChart)
}
