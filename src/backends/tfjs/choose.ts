import type { BackendName } from '../../study/job.ts'
import type { Present, Probe } from './engines/engine.ts'

export interface Choice {
  readonly name: BackendName
  readonly reason: string
}

interface Rank {
  readonly name: BackendName
  readonly title: string
  /** Why a backend that is present does not count at this rank, or null. */
  objection(probe: Present): string | null
}

const anything = () => null
const ranks: readonly Rank[] = [
  { name: 'tensorflow', title: 'tensorflow on a GPU', objection: wantsGpu },
  { name: 'webgpu', title: 'webgpu', objection: wantsGpu },
  { name: 'tensorflow', title: 'tensorflow', objection: anything },
  { name: 'wasm', title: 'wasm', objection: anything },
  { name: 'cpu', title: 'cpu', objection: anything },
]

/** The fastest backend of this machine, and what kept the faster ones out. Probes no more than it needs. */
export async function chooseBackend(probe: (name: BackendName) => Promise<Probe>): Promise<Choice> {
  const objections: string[] = []
  for (const rank of ranks) {
    const found = await probe(rank.name)
    const objection = found.available ? rank.objection(found) : found.problem
    if (objection === null) return { name: rank.name, reason: explain(rank, objections) }
    if (!objections.includes(objection)) objections.push(objection)
  }
  throw new Error('the cpu backend is always available')
}

function wantsGpu(probe: Present): string | null {
  return probe.hardware === 'gpu' ? null : `${probe.description}: no GPU`
}

function explain(rank: Rank, objections: readonly string[]): string {
  if (objections.length === 0) return `${rank.title} is the fastest of all`
  return `the fastest here (${objections.join('; ')})`
}
