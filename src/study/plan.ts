import type { Variant } from '../ablation/variants.ts'
import type { Study } from '../spec/studies.ts'
import type { BackendName, TrialJob } from './job.ts'
import type { Protocol } from './protocol.ts'

/** What a run will do, before anything is trained: every training of every variant under every protocol. */
export interface StudyPlan {
  readonly study: string
  /** The variants that the command line chose, as it can name them again; null for all. */
  readonly selection: readonly string[] | null
  readonly backend: BackendName
  readonly runs: readonly PlannedRun[]
  /** In the order in which they start: the first trials of all variants, then the second ones. */
  readonly jobs: readonly TrialJob[]
}

export interface PlannedRun {
  readonly subject: string
  readonly protocol: Protocol
  readonly variants: readonly PlannedVariant[]
}

export interface PlannedVariant {
  readonly variant: Variant
  /** Keys of its jobs, trial 1 first. */
  readonly keys: readonly string[]
}

/** What the command line says in place of the spec; it becomes part of the protocol that results.json records. */
export interface ProtocolOverrides {
  readonly seed?: number
  readonly trials?: number
  readonly epochs?: number
  readonly batch?: number
}

interface PlanOptions {
  readonly backend: BackendName
  readonly dataDir: string | null
  readonly overrides: ProtocolOverrides
  /** Undefined for all. */
  readonly variants: ReadonlySet<Variant> | undefined
}

export function planStudy(study: Study, options: PlanOptions): StudyPlan {
  const makeKey = createKeys()
  const jobs: TrialJob[] = []
  const runs = study.runs.map((run): PlannedRun => {
    const protocol = overrideProtocol(run.protocol, options.overrides)
    const chosen = run.variants.filter((variant) => options.variants?.has(variant) ?? true)
    const variants = chosen.map((variant): PlannedVariant => {
      const folder = makeKey(`${run.subject}-${protocol.name}`, variant.name)
      const trials = Array.from({ length: protocol.trials }, (_, index) => index + 1)
      const made = trials.map((trial): TrialJob => {
        const key = `${folder}/trial-${trial}`
        const { backend, dataDir } = options
        return {
          key,
          subject: run.subject,
          variant: variant.name,
          trial,
          graph: variant.graph,
          protocol,
          backend,
          dataDir,
        }
      })
      jobs.push(...made)
      return { variant, keys: made.map((job) => job.key) }
    })
    return { subject: run.subject, protocol, variants }
  })
  const withJobs = runs.filter((run) => run.variants.length > 0)
  return {
    study: study.name,
    selection:
      options.variants === undefined ? null : [...options.variants].map(({ subject, name }) => `${subject}.${name}`),
    backend: options.backend,
    runs: withJobs,
    jobs: jobs.sort((a, b) => a.trial - b.trial),
  }
}

function overrideProtocol(protocol: Protocol, overrides: ProtocolOverrides): Protocol {
  const { seed = protocol.seed, trials = protocol.trials } = overrides
  const { epochs = protocol.train.epochs, batch = protocol.train.batch } = overrides
  return { ...protocol, seed, trials, train: { ...protocol.train, epochs, batch } }
}

/** Folder names that are safe on every file system and differ there too, where `CNN` and `cnn` are one name. */
function createKeys(): (...parts: readonly string[]) => string {
  const taken = new Set<string>()
  return (...parts) => {
    const base = parts.map(makePathSafe).join('/')
    let key = base
    for (let count = 2; taken.has(key.toLowerCase()); count++) key = `${base}~${count}`
    taken.add(key.toLowerCase())
    return key
  }
}

function makePathSafe(name: string): string {
  const safe = name.replaceAll(/[^\p{L}\p{N}_.,=+-]/gu, '_').slice(0, 100)
  return /^\.+$/.test(safe) || safe === '' ? `_${safe}` : safe
}
