import type { ExampleImages, RunResult } from '../../study/results.ts'
import type { DrawnChart } from '../chart/chart.ts'
import { drawRun } from '../charts.ts'
import { html, type Markup, raw } from '../markup.ts'
import { type WarningGroup, warningsOf } from '../warnings.ts'
import { heatMaps } from './heat-maps.ts'
import { imageGrids } from './images.ts'
import { allLevels, resultsTables } from './results-table.ts'
import { runSetup } from './setup.ts'
import { trialsTable } from './trials.ts'

/** One subject under one protocol. `prefix` starts the ids of its parts. */
export function runSection(run: RunResult, examples: readonly ExampleImages[], prefix: string): Markup {
  const warnings = warningsOf(run)
  const charts = drawRun(run)
  const training = charts.filter((chart) => chart.topic === 'training')
  const robustness = charts.filter((chart) => chart.topic !== 'training')
  const body =
    run.variants.length === 0
      ? html`<p>No variant has been measured yet.</p>\n`
      : html`<h3>Results</h3>
${resultsTables(run, warnings, prefix)}${warningBox(warnings, prefix)}${curves('Robustness', robustness, warnings)}${allLevels(run)}${curves('Training', training, [])}<h3>Trials</h3>
${trialsTable(run)}${imageGrids(examples)}${heatMaps(examples)}`
  return html`<section id="${prefix}" aria-labelledby="${prefix}-title">
<h2 id="${prefix}-title">${run.subject} under ${run.protocol.name}</h2>
${runSetup(run)}${body}</section>
`
}

function warningBox(warnings: readonly WarningGroup[], prefix: string): Markup {
  if (warnings.length === 0) return html`<p class="note">No warning was raised by the checks on these numbers.</p>\n`
  const items = warnings.map((warning) => {
    const messages = warning.messages.map((message) => html`<br>${message.where}: ${message.text}`)
    return html`<li id="${prefix}-warning-${warning.number}"><strong>${warning.rule}</strong>${messages}</li>\n`
  })
  return html`<div class="warning" role="note">
<p class="head">⚠ Reasons to doubt the numbers above</p>
<ol>
${items}</ol>
</div>
`
}

function curves(title: string, charts: readonly DrawnChart[], warnings: readonly WarningGroup[]): Markup {
  if (charts.length === 0) return html``
  return html`<h3>${title}</h3>
<div class="charts">
${charts.map((chart) => figure(chart, warnings))}</div>
`
}

function figure(chart: DrawnChart, warnings: readonly WarningGroup[]): Markup {
  const doubt =
    chart.topic === 'attack' && warnings.length > 0 ? html` <strong>⚠ See the warnings above.</strong>` : html``
  return html`<figure>
${raw(chart.inline)}
<figcaption>${chart.caption}${doubt}</figcaption>
</figure>
`
}
