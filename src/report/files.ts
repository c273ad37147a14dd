import type { ExampleImages, StudyResults } from '../study/results.ts'
import { renderCharts } from './charts.ts'
import { renderCsv } from './csv.ts'
import { renderReport } from './html/page.ts'
import { safeNames } from './text.ts'

/** The report's files for the run folder: `results.csv`, `report.html`, and each chart as `charts/<subject>-<protocol>-<chart>.svg`. */
export function renderReportFiles(
  results: StudyResults,
  examples: readonly ExampleImages[],
): readonly { readonly path: string; readonly content: string }[] {
  const charts = results.runs.flatMap((run) =>
    renderCharts(run).map(({ name, svg }) => ({ name: `${run.subject}-${run.protocol.name}-${name}`, svg })),
  )
  const names = safeNames(charts.map((chart) => chart.name))
  return [
    { path: 'results.csv', content: renderCsv(results) },
    { path: 'report.html', content: renderReport(results, examples) },
    ...charts.map((chart, index) => ({ path: `charts/${names[index]}.svg`, content: chart.svg })),
  ]
}
