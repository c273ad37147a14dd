import type { BackendName } from '../../../study/job.ts'

/** What a backend was found to be on this machine. */
export type Probe = Present | Absent

export interface Present {
  readonly available: true
  /** Of the package that provides it. */
  readonly version: string
  /** What it runs on: an adapter's name, "SIMD, 1 thread". */
  readonly description: string
  readonly hardware: 'gpu' | 'software-gpu' | 'cpu'
}

export interface Absent {
  readonly available: false
  readonly version: string | null
  readonly problem: string
  /** How to get it, where anything can be done. */
  readonly remedy: string | null
}

/** One tfjs backend. */
export interface Engine {
  readonly name: BackendName
  /** Looks whether it can run here; may load it, but does not make it the current backend. */
  probe(): Promise<Probe>
  /** Registers it with tfjs. Only after a probe that found it. */
  load(): Promise<void>
}

export const isNode = typeof process !== 'undefined' && process.versions?.node !== undefined

/** The first line of what a failed import or start had to say. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return text.split('\n')[0]?.trim() ?? text
}
