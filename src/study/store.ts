import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { datasets } from '../data/datasets/index.ts'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import { hashGraph } from '../graph/hash.ts'
import { entryOf, printCall } from '../registry/construct.ts'
import { guardWrites, removePartials, writeAtomically } from './atomic-write.ts'
import type { TrialJob, TrialOutcome } from './job.ts'
import { claimFolder } from './lock.ts'
import { describeModel } from './model-description.ts'
import { modelFolderFiles } from './model-folder.ts'
import type { StudyPlan } from './plan.ts'
import { comparePlans, describePlan, type PlanFile, readPlan } from './plan-file.ts'
import type { StudyResults } from './results.ts'
import { decodeRecord, encodeRecord, recordOf, type TrialRecord } from './trial-record.ts'

/** What to do about trials that the folder already holds. */
export type OpenMode = 'new' | 'resume' | 'overwrite'

/**
 * A run's folder:
 * - `plan.json`: what the run is of;
 * - `trials/<run>/<variant>/trial-N.json`: one file per trial that has ended, written after its model;
 * - `models/<run>/<variant>/trial-N/`: each trained model: `wmnet.json`, `weights.safetensors`, and the same
 *   as a tfjs LayersModel, `model.json` and `weights.bin`;
 * - `results.json`, `results.csv`, `report.html` and the figures in `charts/`.
 */
export interface RunStore {
  readonly folder: string
  /** Trials that have ended by key: those found on resuming and those saved since. */
  readonly records: ReadonlyMap<string, TrialRecord>
  /** `sources`: the texts that the job's graph was made of, the file that imports the others last. */
  saveTrial(job: TrialJob, outcome: TrialOutcome, sources: StudyResults['sources']): void
  /** Writes a file, by its path in the folder; the result is its whole path. */
  saveFile(path: string, content: string | Uint8Array): string
  close(): void
}

/** Throws a DiagnosticError (WM0801 to WM0806) and leaves everything as it was if the folder is not this run's to write. */
export function openRun(folder: string, plan: StudyPlan, mode: OpenMode): RunStore {
  const present = describePlan(plan)
  refuseForeignFolder(folder)
  const release = claimFolder(folder)
  try {
    removePartials(folder)
    const records = mode === 'resume' ? resumeRun(folder, plan, present) : startRun(folder, mode)
    writeAtomically(folder, 'plan.json', `${JSON.stringify(present, null, 2)}\n`)
    return createStore(folder, records, release)
  } catch (caught) {
    release()
    throw caught
  }
}

function createStore(folder: string, records: Map<string, TrialRecord>, release: () => void): RunStore {
  return {
    folder,
    records,
    saveTrial(job, outcome, sources) {
      if (outcome.kind === 'trained') {
        for (const [name, content] of modelFolderFiles(describeTrained(job, sources), outcome.model)) {
          writeAtomically(folder, `models/${job.key}/${name}`, content)
        }
      }
      const record = recordOf(job, outcome)
      writeAtomically(folder, `trials/${job.key}.json`, encodeRecord(record))
      records.set(job.key, record)
    },
    saveFile(path, content) {
      writeAtomically(folder, path, content)
      return join(folder, path)
    },
    close() {
      removePartials(folder)
      release()
    },
  }
}

function describeTrained(job: TrialJob, sources: StudyResults['sources']): string {
  const { graph, subject, variant, trial, protocol } = job
  const { network, input } = graph
  const { classes } = entryOf(datasets, protocol.data).info(protocol.data.args)
  const training = { protocol: protocol.name, data: printCall(protocol.data), trial, seed: protocol.seed }
  return describeModel({ network, subject, variant, graphHash: hashGraph(graph), input, classes, training, sources })
}

function refuseForeignFolder(folder: string): void {
  if (!existsSync(folder)) return
  const entries = guardWrites(folder, () => readdirSync(folder)).filter(
    (name) => name !== '.lock' && name !== '.partial',
  )
  if (entries.length === 0 || entries.includes('plan.json')) return
  const [first = ''] = entries
  throw new DiagnosticError([
    error(
      'WM0802',
      `${folder} holds ${entries.length === 1 ? first : `${first} and ${entries.length - 1} more`}, but no plan.json`,
      {
        hints: ['give a new or an empty folder: --out DIR'],
      },
    ),
  ])
}

function startRun(folder: string, mode: 'new' | 'overwrite'): Map<string, TrialRecord> {
  const finished = countTrials(folder)
  if (finished > 0 && mode === 'new') {
    const state = existsSync(join(folder, 'results.json')) ? 'results of' : 'an unfinished run with'
    throw new DiagnosticError([
      error('WM0801', `${folder} holds ${state} ${finished} ${finished === 1 ? 'trial' : 'trials'}`, {
        hints: ['--resume goes on with it, --overwrite replaces it, --out DIR takes another folder'],
      }),
    ])
  }
  removeRun(folder)
  return new Map()
}

function resumeRun(folder: string, plan: StudyPlan, present: PlanFile): Map<string, TrialRecord> {
  const path = join(folder, 'plan.json')
  if (!existsSync(path)) return new Map()
  const stored = readPlan(readFileSync(path, 'utf8'))
  if (stored === undefined) throw damaged(path, 'not the plan of a wmnet run', 'start anew with --overwrite')
  const differences = comparePlans(stored, present)
  if (differences.length > 0 && countTrials(folder) > 0) {
    throw new DiagnosticError([
      error('WM0803', `${folder} was started otherwise: ${differences.join('; ')}`, {
        hints: ['run it as before, choose another folder with --out DIR, or start anew with --overwrite'],
      }),
    ])
  }
  return readRecords(folder, plan)
}

function readRecords(folder: string, plan: StudyPlan): Map<string, TrialRecord> {
  const records = new Map<string, TrialRecord>()
  for (const { key } of plan.jobs) {
    const path = join(folder, 'trials', `${key}.json`)
    if (!existsSync(path)) continue
    const record = decodeRecord(readFileSync(path, 'utf8'), key)
    if (record === undefined)
      throw damaged(path, `not the result of ${key}`, 'delete the file: --resume trains the trial again')
    records.set(key, record)
  }
  return records
}

function damaged(path: string, message: string, hint: string): DiagnosticError {
  return new DiagnosticError([error('WM0806', `${path}: ${message}`, { hints: [hint] })])
}

function countTrials(folder: string): number {
  const trials = join(folder, 'trials')
  if (!existsSync(trials)) return 0
  return readdirSync(trials, { recursive: true }).filter((name) => String(name).endsWith('.json')).length
}

/** Deletes what wmnet wrote there and leaves everything else, such as a user's notes. */
function removeRun(folder: string): void {
  guardWrites(folder, () => {
    // The plan goes last: while it stands, a half-deleted folder is still known as a run's.
    const own = ['trials', 'models', 'charts', 'results.json', 'results.csv', 'report.html', 'plan.json']
    for (const name of own) rmSync(join(folder, name), { recursive: true, force: true })
  })
}
