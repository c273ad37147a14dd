import type { ExampleImages, StudyResults } from '../../study/results.ts'
import { duration } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { joinWords, plural } from '../text.ts'
import { examplesOf } from './images.ts'
import { definitions } from './parts.ts'
import { reproduceCommand } from './reproduce.ts'
import { runSection } from './run-section.ts'
import { STYLE } from './style.ts'

/** Nothing may be loaded or run: a report is safe to open whatever the results hold. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/**
 * `report.html`: a study in one file that needs no network, no script and no other file. The same results give the
 * same bytes.
 */
export function renderReport(results: StudyResults, examples: readonly ExampleImages[]): string {
  const sections = results.runs.map((run, index) => runSection(run, examplesOf(run, examples), `run-${index + 1}`))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${results.study} – wmnet report</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
${header(results)}${sections}${reproduction(results)}${sources(results)}</main>
${footer(results)}</body>
</html>
`.markup
}

function header(results: StudyResults): Markup {
  const names = results.runs.map((run) => `${run.subject} under ${run.protocol.name}`)
  const items = names.map((name, index) => html`<li><a href="#run-${index + 1}">${name}</a></li>\n`)
  const contents = names.length < 2 ? html`` : html`<nav aria-label="Runs">\n<ul>\n${items}</ul>\n</nav>\n`
  return html`<header>
<h1>${results.study}</h1>
<p class="lead">${names.length === 0 ? 'A study without results yet' : joinWords(names)}, on the ${results.backend} backend.</p>
${results.complete ? html`` : incompleteBox(results)}${contents}</header>
`
}

function incompleteBox(results: StudyResults): Markup {
  const missing = results.runs.flatMap((run) =>
    run.variants
      .map(({ name, trials, diverged }) => ({ name, ended: trials.length + diverged.length }))
      .filter(({ ended }) => ended < run.protocol.trials)
      .map(({ name, ended }) => `${name} has ${ended} of ${plural(run.protocol.trials, 'trial')}`),
  )
  const known = missing.length === 0 ? '' : ` Of the variants below, ${joinWords(missing)}.`
  return html`<div class="warning" role="note">
<p class="head">⚠ This study is not complete</p>
<p>Trials are missing, so means and deviations will change, and variants of which no trial has ended are not shown.${known}</p>
</div>
`
}

function reproduction(results: StudyResults): Markup {
  const command = reproduceCommand(results)
  const versions = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`)
  const steps =
    command === null
      ? html``
      : html`<p>In the folder of the specification:</p>
<pre class="command"><code>${command}</code></pre>
<p class="note">With the same versions, data and backend, results.json comes out the same but for its times.</p>
`
  return html`<section aria-labelledby="reproduce">
<h2 id="reproduce">How to reproduce</h2>
${steps}${definitions([
  ['Versions', versions.join(', ')],
  ['Backend', results.backend],
])}</section>
`
}

function sources(results: StudyResults): Markup {
  if (results.sources.length === 0) return html``
  const files = results.sources.map(
    (source) => html`<details>
<summary>${source.path}</summary>
<pre><code>${source.text}</code></pre>
</details>
`,
  )
  return html`<section aria-labelledby="sources">
<h2 id="sources">Sources</h2>
${files}</section>
`
}

function footer(results: StudyResults): Markup {
  const trials = Object.values(results.times.trials)
  const trialSeconds = trials.reduce(
    (sum, { trainSeconds, evaluateSeconds }) => sum + trainSeconds + evaluateSeconds,
    0,
  )
  return html`<footer>
<p>Last started ${results.times.started}, took ${duration(results.times.seconds)}; its trials, one after the other, take ${duration(trialSeconds)}. Format ${results.format}.</p>
</footer>
`
}
