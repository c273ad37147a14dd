import { dirname, relative, sep } from 'node:path'
import type { Program } from '../compile.ts'
import { renderTable } from '../report/index.ts'
import { shellWord } from '../report/text.ts'
import type { StudyPlan } from '../study/plan.ts'
import type { StudyResults } from '../study/results.ts'
import type { RunOutcome } from '../study/run.ts'
import type { RunStore } from '../study/store.ts'
import type { Terminal } from './terminal.ts'

export function describeStart(plan: StudyPlan, store: RunStore, jobs: number): string {
  const variants = plan.runs.reduce((sum, run) => sum + run.variants.length, 0)
  const kept = store.records.size === 0 ? '' : `, ${store.records.size} of them finished before`
  const atOnce = jobs > 1 ? `, ${jobs} at a time` : ''
  const work = `${count(variants, 'variant')}, ${count(plan.jobs.length, 'trial')}${kept}`
  return `${plan.study}: ${work}; backend ${plan.backend}${atOnce}; in ${store.folder}\n`
}

/** The tables on standard output; what was written, and how to go on, beside them. */
export function printOutcome(
  { results, files }: RunOutcome,
  plan: StudyPlan,
  store: RunStore,
  terminal: Terminal,
): void {
  for (const run of results?.runs ?? []) {
    terminal.out(`${renderTable(run, { color: terminal.outColor, width: terminal.columns })}\n`)
  }
  if (files.length > 0) terminal.note(`${['written:', ...listFiles(files, store.folder)].join('\n')}\n`)
  if (results?.complete) return
  const done = `${store.records.size} of ${count(plan.jobs.length, 'trial')} finished`
  terminal.note(`${done}; go on with: ${resumeCommand(process.argv.slice(2))}\n`)
}

export function hasDiverged({ results }: RunOutcome): boolean {
  return results?.runs.some((run) => run.variants.some((variant) => variant.diverged.length > 0)) ?? false
}

/** The files at the folder's top one by one, the others by their folder. */
function listFiles(files: readonly string[], folder: string): readonly string[] {
  const isTop = (file: string): boolean => relative(folder, dirname(file)) === ''
  const folders = new Map<string, number>()
  for (const file of files.filter((path) => !isTop(path))) {
    folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + 1)
  }
  return [
    ...files.filter(isTop).map((file) => `  ${file}`),
    ...[...folders].map(([path, number]) => `  ${path} (${count(number, 'file')})`),
  ]
}

/** The texts that results.json keeps, by paths relative to the spec: the same wherever the project lies. */
export function describeSources(program: Program, specPath: string): StudyResults['sources'] {
  const folder = dirname(specPath)
  return [...program.sources].map(([path, text]) => ({ path: relative(folder, path).replaceAll(sep, '/'), text }))
}

function resumeCommand(argv: readonly string[]): string {
  const kept = argv.filter((word) => word !== '--overwrite' && word !== '--resume')
  return ['wmnet', ...kept, '--resume'].map(shellWord).join(' ')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
