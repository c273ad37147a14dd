import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Program } from '../../compile.ts'
import { DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import { runInProcess } from '../../study/executors/in-process.ts'
import { createWorkerExecutor } from '../../study/executors/worker-processes.ts'
import type { BackendName } from '../../study/job.ts'
import { type ProtocolOverrides, planStudy, type StudyPlan } from '../../study/plan.ts'
import { missingJobs, prepareData, runStudy } from '../../study/run.ts'
import { type OpenMode, openRun, type RunStore } from '../../study/store.ts'
import { catchInterrupts, interrupted } from '../interrupt.ts'
import { printProblems } from '../problems.ts'
import { createDisplay } from '../progress/display.ts'
import { createFailureLog } from '../run-failures.ts'
import { describeSources, describeStart, hasDiverged, printOutcome } from '../run-report.ts'
import { selectStudy, selectVariants } from '../select.ts'
import { compileFile } from '../source.ts'
import type { Terminal } from '../terminal.ts'
import { checkProfileFlags, profilePlan } from './profile.ts'

export interface RunFlags extends ProtocolOverrides {
  readonly study?: string
  readonly variant?: readonly string[]
  readonly out?: string
  readonly resume?: true
  readonly overwrite?: true
  readonly backend?: 'auto' | BackendName
  readonly data?: string
  readonly jobs?: number
  readonly threads?: number
  readonly profile?: true
  readonly json?: true
}

/** `wmnet run SPEC`: trains and reports a study; everything it learns lies in the run folder. With `--profile`, profiles it only. */
export async function run(path: string, flags: RunFlags, terminal: Terminal): Promise<number> {
  checkProfileFlags(flags)
  const mode = readMode(flags)
  const program = compileFile(path)
  const exitCode = printProblems(program.diagnostics, program.sources, terminal)
  if (exitCode !== 0) return exitCode
  const plan = await makePlan(path, program, flags)
  if (flags.profile) return await profilePlan(program, plan, flags, terminal)
  if (flags.out === '') {
    throw new DiagnosticError([error('WM0904', "--out takes a folder, not ''")])
  }
  const store = openRun(flags.out ?? join('runs', plan.study), plan, mode)
  try {
    return await execute({ path, program, plan, store, flags, terminal })
  } finally {
    store.close()
  }
}

function readMode(flags: RunFlags): OpenMode {
  if (flags.resume && flags.overwrite) {
    throw new DiagnosticError([error('WM0906', '--resume keeps the trials of the folder, --overwrite deletes them')])
  }
  if (flags.resume) return 'resume'
  return flags.overwrite ? 'overwrite' : 'new'
}

async function makePlan(path: string, program: Program, flags: RunFlags): Promise<StudyPlan> {
  const study = selectStudy(flags.study, program, path)
  const available = study.runs.flatMap((run) => run.variants)
  const variants = flags.variant === undefined ? undefined : selectVariants(flags.variant, available, path)
  const { startBackend } = await import('../../backends/tfjs/index.ts')
  const { name: backend } = await startBackend(flags.backend ?? 'auto', { threads: flags.threads })
  if (flags.threads !== undefined && flags.threads > 1 && backend !== 'wasm') {
    throw new DiagnosticError([
      error('WM0904', `--threads is for the wasm backend, and this run is on ${backend}`, {
        hints: ['add --backend wasm, or leave --threads out'],
      }),
    ])
  }
  const dataDir = flags.data ?? process.env.WMNET_DATA ?? null
  return planStudy(study, { backend, dataDir, overrides: flags, variants })
}

interface Execution {
  readonly path: string
  readonly program: Program
  readonly plan: StudyPlan
  readonly store: RunStore
  readonly flags: RunFlags
  readonly terminal: Terminal
}

async function execute({ path, program, plan, store, flags, terminal }: Execution): Promise<number> {
  const missing = missingJobs(plan, store)
  const jobs = Math.min(missing.length, flags.jobs ?? defaultJobs(plan.backend, flags.threads ?? 1))
  terminal.note(describeStart(plan, store, jobs))
  const display = createDisplay(terminal, plan, store.records.size)
  const { signal, release } = catchInterrupts(() => display.note('stopping; press Ctrl-C again to quit at once'))
  const failures = createFailureLog(terminal, display, program.sources)
  try {
    await prepareData(missing, {
      signal,
      onProgress: (progress) => progress.kind === 'loading' && display.onFetch(progress),
    })
    const outcome = await runStudy({
      plan,
      store,
      sources: describeSources(program, path),
      execute: jobs > 1 ? createWorkerExecutor(jobs, flags.threads) : runInProcess,
      events: { ...display, onDone: failures.onDone, onFailure: failures.onFailure },
      signal,
    })
    display.stop()
    printOutcome(outcome, plan, store, terminal)
    if (signal.aborted) return interrupted
    // Those that diverged before a resumed run are told by the table alone.
    return failures.exitCode() || (hasDiverged(outcome) ? 1 : 0)
  } catch (caught) {
    if (signal.aborted && caught === signal.reason) return interrupted
    throw caught
  } finally {
    display.stop()
    release()
  }
}

/** A GPU, and TensorFlow with its own threads, take one trial at a time; jobs times threads fill the cores. */
function defaultJobs(backend: BackendName, threads: number): number {
  return backend === 'wasm' || backend === 'cpu' ? Math.max(1, Math.floor(availableParallelism() / threads)) : 1
}
