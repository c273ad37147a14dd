import { datasets } from '../data/datasets/index.ts'
import { costOf, countOperations } from '../graph/cost.ts'
import { entryOf } from '../registry/construct.ts'
import { tfjsVersion, version } from '../version.ts'
import type { PlannedRun, PlannedVariant, StudyPlan } from './plan.ts'
import type { ExampleImages, RunResult, StudyResults, VariantResult } from './results.ts'
import { summarizeVariant } from './summarize-trials.ts'
import type { TrialRecord } from './trial-record.ts'

interface Assembly {
  readonly plan: StudyPlan
  readonly records: ReadonlyMap<string, TrialRecord>
  readonly sources: StudyResults['sources']
  readonly started: Date
  readonly seconds: number
}

/** The study's results from the trials that have ended; variants without any are left out. */
export function assembleResults({ plan, records, sources, started, seconds }: Assembly): StudyResults {
  const ended = plan.jobs.flatMap(({ key }) => records.get(key) ?? [])
  return {
    format: 'wmnet.results/1',
    study: plan.study,
    selection: plan.selection,
    complete: ended.length === plan.jobs.length,
    versions: { wmnet: version, tfjs: tfjsVersion, node: process.versions.node },
    backend: plan.backend,
    sources,
    runs: plan.runs.flatMap((run) => assembleRun(run, records) ?? []),
    times: {
      started: started.toISOString(),
      seconds,
      trials: Object.fromEntries(
        ended.flatMap((record) => (record.kind === 'trained' ? [[record.key, record.times]] : [])),
      ),
    },
  }
}

/** Pictures of the test images, one set per variant that has them. */
export function collectExamples(plan: StudyPlan, records: ReadonlyMap<string, TrialRecord>): readonly ExampleImages[] {
  return plan.runs.flatMap(({ subject, protocol, variants }) => {
    const examples = variants.flatMap(({ keys }) => trainedOf(keys, records).flatMap(({ examples }) => examples ?? []))
    return examples.map((example) => ({ run: { subject, protocol: protocol.name }, ...example }))
  })
}

/** JSON text, in a fixed order of keys. A number that is not finite, which JSON has not, is null. */
export function printResults(results: StudyResults): string {
  return `${JSON.stringify(results, null, 2)}\n`
}

function assembleRun(run: PlannedRun, records: ReadonlyMap<string, TrialRecord>): RunResult | undefined {
  const { protocol, subject } = run
  const first = run.variants.flatMap(({ keys }) => keys.flatMap((key) => records.get(key) ?? []))[0]
  if (first === undefined) return undefined
  const { description, classes } = entryOf(datasets, protocol.data).info(protocol.data.args)
  return {
    subject,
    protocol,
    dataset: { name: protocol.data.name, description, images: first.images, classes },
    variants: run.variants.flatMap((planned) => assembleVariant(planned, records) ?? []),
  }
}

function assembleVariant(
  { variant, keys }: PlannedVariant,
  records: ReadonlyMap<string, TrialRecord>,
): VariantResult | undefined {
  const trials = trainedOf(keys, records).map(({ result }) => result)
  const ended = keys.flatMap((key) => records.get(key) ?? [])
  const diverged = ended.flatMap((record) => (record.kind === 'diverged' ? [record.result] : []))
  if (ended.length === 0) return undefined
  const { parameters, cost } = costOf(variant.graph)
  const { flops } = countOperations(cost, 'written')
  return summarizeVariant({ name: variant.name, graphHash: variant.hash, parameters, flops }, trials, diverged)
}

function trainedOf(keys: readonly string[], records: ReadonlyMap<string, TrialRecord>) {
  const ended = keys.flatMap((key) => records.get(key) ?? [])
  return ended.flatMap((record) => (record.kind === 'trained' ? [record] : []))
}
