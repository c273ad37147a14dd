import type { Contender, NetworkName } from './contender.ts'
import { type Spread, speedup, type Timing } from './measure.ts'

/** A number of issue 4 and what was found. */
export interface Target {
  readonly what: string
  readonly wanted: string
  /** Undefined where it could not be measured here. */
  readonly found: Spread | undefined
  readonly isHeld: boolean | undefined
  readonly unit: string
}

export interface Figures {
  readonly timings: readonly Timing[]
  /** GFLOP/s by kernel. */
  readonly rates: Readonly<Record<string, Spread>>
  /** Cost of smoothing with k = 9 over that with k = 3, by what was timed. */
  readonly ninths: Readonly<Record<string, Spread>>
  /** Peak of one smoothing step over what it needs. */
  readonly memory: number | undefined
}

type Key = Pick<Contender, 'backend' | 'network' | 'formulation' | 'threads'>

/** Issue 4, "Numbers to reach": what holds for one machine with two cores. */
export function checkTargets(figures: Figures): readonly Target[] {
  const ratio = (what: string, least: number, fast: Key, slow: Key): Target => {
    return atLeast(what, least, speedup(find(figures.timings, fast), find(figures.timings, slow)), '×')
  }
  const wasm = (network: NetworkName, threads = 1): Key => ({ backend: 'wasm', network, formulation: 'wmnet', threads })
  const stock = (backend: Key['backend'], network: NetworkName, formulation: Key['formulation'] = 'best'): Key => {
    return { backend, network, formulation, threads: 1 }
  }
  const { rates, ninths, memory } = figures
  return [
    ratio('wasm: WM step against the literal formulation', 8, wasm('smooth'), stock('wasm', 'smooth', 'literal')),
    ratio('wasm: WM step against the best stock formulation', 4, wasm('smooth'), stock('wasm', 'smooth')),
    ratio('wasm: WM step against the CNN 33 step', 3, wasm('smooth'), wasm('cnn')),
    ratio("CNN 33 step on wasm against tfjs-node's", 0.3, wasm('cnn'), stock('tensorflow', 'cnn')),
    ratio("CNN 33 step on wasm, two threads, against tfjs-node's", 0.5, wasm('cnn', 2), stock('tensorflow', 'cnn')),
    ratio("WM step on wasm against tfjs-node's best", 1, wasm('smooth'), stock('tensorflow', 'smooth')),
    ratio('wasm: WM step, two threads against one', 1.6, wasm('smooth', 2), wasm('smooth')),
    ratio('wasm: CNN 33 step, two threads against one', 1.4, wasm('cnn', 2), wasm('cnn')),
    atLeast('WmMul forward, one thread', 40, rates['WmMul forward'], ' GFLOP/s'),
    atLeast('WmMul input gradient, one thread', 30, rates['WmMul input gradient'], ' GFLOP/s'),
    atLeast('WmMul weight gradient, one thread', 30, rates['WmMul weight gradient'], ' GFLOP/s'),
    ...Object.entries(ninths).map(([what, spread]) => atMost(`k = 9 against k = 3: ${what}`, 1.3, spread, '×')),
    atMost('memory of a WM step against its need', 2, memory === undefined ? undefined : exactly(memory), '×'),
  ]
}

function find(timings: readonly Timing[], key: Key): Timing | undefined {
  return timings.find(({ contender }) => {
    const { backend, network, formulation, threads } = contender
    const isWanted = backend === key.backend && network === key.network && formulation === key.formulation
    return isWanted && threads === key.threads
  })
}

function atLeast(what: string, least: number, found: Spread | undefined, unit: string): Target {
  return { what, wanted: `≥ ${least}${unit}`, found, isHeld: found && found.median >= least, unit }
}

function atMost(what: string, most: number, found: Spread | undefined, unit: string): Target {
  return { what, wanted: `≤ ${most}${unit}`, found, isHeld: found && found.median <= most, unit }
}

function exactly(value: number): Spread {
  return { median: value, min: value, max: value }
}
