import type { KernelLog } from '../../backends/tfjs/profile/kernel-log.ts'
import type { Wait } from '../../backends/tfjs/profile/wait.ts'
import type { NodeId } from '../../graph/graph.ts'
import type { Pause } from '../../training/pause.ts'

/** Whose work it is: a node of the graph, or one of the parts of a step that are no layer. */
export type Account = NodeId | 'data' | 'loss' | 'optimizer' | 'freeing'
export type Pass = 'forward' | 'backward'

/** A piece of work of one step. */
export interface Entry {
  readonly account: Account
  readonly pass: Pass
  readonly ms: number
  /** Names of the kernels that it ran, in order. */
  readonly kernels: readonly string[]
}

/** Times pieces of work one after the other, each to its end on the backend, and notes the kernels they run. */
export interface Clock {
  readonly entries: readonly Entry[]
  time<T>(account: Account, pass: Pass, work: () => T): Promise<T>
}

/** `pause` comes after each piece of work, on nobody's time. */
export function createClock(log: KernelLog, wait: Wait, pause: Pause): Clock {
  const entries: Entry[] = []
  return {
    entries,
    async time(account, pass, work) {
      log.take()
      const start = performance.now()
      const result = work()
      const kernels = log.take()
      await wait()
      entries.push({ account, pass, ms: performance.now() - start, kernels })
      await pause()
      return result
    },
  }
}
