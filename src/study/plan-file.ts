import { createHash } from 'node:crypto'
import { fingerprintGraph } from '../graph/hash.ts'
import { printCall } from '../registry/construct.ts'
import { version } from '../version.ts'
import type { PlannedRun, StudyPlan } from './plan.ts'
import type { Protocol } from './protocol.ts'

/**
 * `plan.json`: what a run's results depend on, and nothing else. Two runs with the same hash may share trials; the rest
 * of the file says, in the sources' words, where two plans differ.
 */
export interface PlanFile {
  readonly format: 'wmnet.plan/1'
  readonly hash: string
  readonly version: string
  readonly study: string
  readonly backend: string
  readonly runs: readonly {
    readonly run: string
    /** Graph fingerprint by variant. */
    readonly variants: Readonly<Record<string, string>>
    readonly protocol: Readonly<Record<string, string>>
  }[]
}

export function describePlan(plan: StudyPlan): PlanFile {
  const content = {
    version,
    study: plan.study,
    backend: plan.backend,
    runs: plan.runs.map((run) => ({
      run: nameRun(run),
      variants: Object.fromEntries(run.variants.map(({ variant }) => [variant.name, fingerprintGraph(variant.graph)])),
      protocol: describeProtocol(run.protocol),
    })),
  }
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex')
  return { format: 'wmnet.plan/1', hash, ...content }
}

/** Undefined for a text that is no plan file. */
export function readPlan(text: string): PlanFile | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isPlanFile(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** What changed between a stored plan and the present one, one line each; empty when they are the same. */
export function comparePlans(stored: PlanFile, present: PlanFile): readonly string[] {
  if (stored.hash === present.hash) return []
  const before = flattenPlan(stored)
  const now = flattenPlan(present)
  const places = new Set([...before.keys(), ...now.keys()])
  const differences = [...places].flatMap((place) => {
    const [old, fresh] = [before.get(place), now.get(place)]
    if (old === fresh) return []
    if (old === undefined) return [`${place} is new`]
    if (fresh === undefined) return [`${place} is gone`]
    return place.startsWith('variant ') ? [`${place} has another graph`] : [`${place}: was ${old}, is ${fresh}`]
  })
  return differences.length > 0 ? differences : ['the order of runs or variants']
}

function flattenPlan(plan: PlanFile): ReadonlyMap<string, string> {
  const several = plan.runs.length > 1
  const entries = plan.runs.flatMap((run) => {
    const suffix = several ? ` of ${run.run}` : ''
    return [
      ...Object.entries(run.protocol).map(([name, value]) => [`${name}${suffix}`, value] as const),
      ...Object.entries(run.variants).map(([name, hash]) => [`variant ${name}${suffix}`, hash] as const),
    ]
  })
  const names = plan.runs.map((run) => run.run).join(', ')
  return new Map([
    ['wmnet version', plan.version],
    ['study', plan.study],
    ['backend', plan.backend],
    ['runs', names],
    ...entries,
  ])
}

function nameRun(run: PlannedRun): string {
  return `${run.subject} under ${run.protocol.name}`
}

function describeProtocol(protocol: Protocol): Readonly<Record<string, string>> {
  const { train } = protocol
  return {
    data: printCall(protocol.data),
    augment: protocol.augment.map(printCall).join(', ') || 'none',
    train: printCall(train.optimizer),
    loss: printCall(train.loss),
    batch: String(train.batch),
    epochs: String(train.epochs),
    keep: printCall(train.keep),
    trials: String(protocol.trials),
    seed: String(protocol.seed),
    noise: protocol.noise.map(printCall).join(', ') || 'none',
    attack: protocol.attack.map(printCall).join(', ') || 'none',
    measure: protocol.measure.map(printCall).join(', ') || 'none',
  }
}

function isPlanFile(value: unknown): value is PlanFile {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === 'wmnet.plan/1'
}
