import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { version_core } from '@tensorflow/tfjs-core'

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory: string
  readonly system: string
  readonly node: string
  readonly tfjs: string
  readonly date: string
  /** Load averages of the last minute, before and after: other work on the machine shows in them. */
  readonly load: string
}

export function describeMachine(loadBefore: number): Machine {
  const [first] = cpus()
  return {
    cpu: first?.model.trim() ?? 'an unknown processor',
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    node: process.versions.node,
    tfjs: version_core,
    date: new Date().toISOString().slice(0, 10),
    load: `${loadBefore.toFixed(1)} and ${loadavg()[0]?.toFixed(1)}`,
  }
}
