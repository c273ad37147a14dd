import type { Program } from '../../compile.ts'
import { DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import type { GraphNode } from '../../graph/graph.ts'
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
  const hooks = { signal, onProgress: () => {} }
  const lineOf = (node: GraphNode): number => lineAt(program, node.origin.span)
  const found: object[] = []
  try {
    await prepareData(jobs, hooks)
    let steps = 0
    for (const job of jobs) {
      const { subject, variant, protocol, graph } = job
      terminal.note(`profiling ${variant} under ${protocol.name} on ${plan.backend}\n`)
      const profile = await profileJob(job, hooks)
      steps = profile.steps
      if (flags.json) {
        const layers = describeLayers(profile, graph.nodes, lineOf)
        found.push({
          subject,
          variant,
          protocol: protocol.name,
          backend: plan.backend,
          description,
          ...profile,
          layers,
        })
      } else {
        const title = `${variant} (${subject} under ${protocol.name}): a training step of ${profile.batch} images on ${plan.backend}, ${description}`
        terminal.out(`${renderProfile(title, profile, graph, lineOf)}\n`)
      }
    }
    terminal.out(flags.json ? `${JSON.stringify(found, null, 2)}\n` : describeTimes(plan.backend, steps))
    return 0
  } catch (caught) {
    if (signal.aborted && caught === signal.reason) return interrupted
    throw caught
  } finally {
    release()
  }
}

function describeLayers({ layers }: StepProfile, nodes: readonly GraphNode[], lineOf: (node: GraphNode) => number) {
  return layers.map((layer, index) => {
    const node = nodes[index]
    if (node === undefined) throw new Error(`${layer.name} is no node`)
    const { origin, call, shape } = node
    const { label = null, span } = origin
    return { file: span.file, line: lineOf(node), label, kind: call.name, output: shape, ...layer }
  })
}
