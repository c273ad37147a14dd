import type { Program } from '../../compile.ts'
import { DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import type { GraphNode } from '../../graph/graph.ts'
import type { TrialJob, TrialProgress } from '../../study/job.ts'
import type { StudyPlan } from '../../study/plan.ts'
import type { StepProfile } from '../../study/profile/profile.ts'
import { prepareData } from '../../study/run.ts'
import { catchInterrupts, interrupted } from '../interrupt.ts'
import { describeTimes, renderProfile } from '../profile-table.ts'
import { lineAt } from '../source.ts'
import type { Terminal } from '../terminal.ts'
import type { RunFlags } from './run.ts'

/** What these do concerns trainings and their folder, and a profile has neither. */
const meaningless = ['resume', 'overwrite', 'out', 'jobs', 'trials', 'epochs'] as const

/** Throws WM0906 for options that a profile cannot heed, and WM0903 for `--json` without one. */
export function checkProfileFlags(flags: RunFlags): void {
  if (!flags.profile) {
    if (!flags.json) return
    throw new DiagnosticError([
      error('WM0903', '--json prints a profile: it needs --profile', {
        hints: ["a run's numbers are in results.json of its folder"],
      }),
    ])
  }
  const given = meaningless.filter((name) => flags[name] !== undefined)
  if (given.length === 0) return
  const hints = ['leave out the one or the other']
  throw new DiagnosticError(
    given.map((name) =>
      error('WM0906', `--profile trains nothing and writes no folder, so --${name} means nothing`, { hints }),
    ),
  )
}

interface Profiled {
  readonly job: TrialJob
  readonly profile: StepProfile
  /** What the backend runs on. */
  readonly description: string
  lineOf(node: GraphNode): number
}

/** `wmnet run SPEC --profile`: where a training step of each variant spends its time. Trains nothing, writes nothing. */
export async function profilePlan(
  program: Program,
  plan: StudyPlan,
  flags: Pick<RunFlags, 'json'>,
  terminal: Terminal,
): Promise<number> {
  const { ensureBackend } = await import('../../backends/tfjs/index.ts')
  const { profileJob } = await import('../../study/profile/profile-job.ts')
  const { description } = await ensureBackend()
  const jobs = plan.jobs.filter((job) => job.trial === 1)
  const { signal, release } = catchInterrupts(() => terminal.note('stopping; press Ctrl-C again to quit at once\n'))
  const hooks = { signal, onProgress: createFetchNotes(terminal) }
  const lineOf = (node: GraphNode): number => lineAt(program, node.origin.span)
  const found: Profiled[] = []
  try {
    await prepareData(jobs, hooks)
    for (const job of jobs) {
      terminal.note(`profiling ${job.variant} under ${job.protocol.name} on ${job.backend}\n`)
      const profiled = { job, profile: await profileJob(job, hooks), description, lineOf }
      found.push(profiled)
      if (!flags.json) terminal.out(`${printProfile(profiled)}\n`)
    }
    const steps = found[0]?.profile.steps ?? 0
    terminal.out(flags.json ? `${JSON.stringify(found.map(toJson), null, 2)}\n` : describeTimes(plan.backend, steps))
    return 0
  } catch (caught) {
    if (signal.aborted && caught === signal.reason) return interrupted
    throw caught
  } finally {
    release()
  }
}

/** One line when a download starts. */
function createFetchNotes(terminal: Terminal): (progress: TrialProgress) => void {
  const told = new Set<string>()
  return (progress) => {
    if (progress.kind !== 'loading' || told.has(progress.file)) return
    told.add(progress.file)
    terminal.note(`fetching ${progress.file}\n`)
  }
}

function printProfile({ job, profile, description, lineOf }: Profiled): string {
  const name = `${job.variant} (${job.subject} under ${job.protocol.name})`
  const title = `${name}: a training step of ${profile.batch} images on ${job.backend}, ${description}`
  return renderProfile(title, profile, job.graph, lineOf)
}

function toJson({ job, profile, description, lineOf }: Profiled): object {
  const { subject, variant, protocol, backend, graph } = job
  const layers = profile.layers.map((layer, index) => {
    const node = graph.nodes[index]
    if (node === undefined) throw new Error(`${layer.name} is no node`)
    const { label = null, span } = node.origin
    return { file: span.file, line: lineOf(node), label, kind: node.call.name, output: node.shape, ...layer }
  })
  return { variant, subject, protocol: protocol.name, backend, description, ...profile, layers }
}
