import type { Contender } from './contender.ts'
import { type Missing, type Running, start, stop, timeStep } from './processes.ts'

/** What one contender took, round by round. */
export interface Timing {
  readonly name: string
  readonly contender: Contender
  readonly description: string
  /** Milliseconds per image of each round. */
  readonly perImage: readonly number[]
}

export interface GroupResult {
  readonly timings: readonly Timing[]
  readonly missing: readonly Missing[]
}

/** Times contenders against each other: all of them once in every round, in an order that turns from round to round. */
export async function measureGroup(
  contenders: readonly Contender[],
  { rounds, milliseconds }: { readonly rounds: number; readonly milliseconds: number },
  visit: (running: readonly Running[]) => Promise<void>,
): Promise<GroupResult> {
  const running: Running[] = []
  const missing: Missing[] = []
  try {
    for (const contender of contenders) {
      const started = await start(contender)
      if ('process' in started) running.push(started)
      else missing.push(started)
      const outcome = 'process' in started ? started.description : started.reason
      console.error(`  ${started.name}: ${outcome}`)
    }
    const times = running.map((): number[] => [])
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < running.length; turn++) {
        const place = (turn + round) % running.length
        const one = running[place]
        if (one !== undefined) times[place]?.push((await timeStep(one, milliseconds)) / one.contender.batch)
      }
      console.error(`  round ${round + 1} of ${rounds}`)
    }
    await visit(running)
    const timings = running.map(({ name, contender, description }, place) => {
      return { name, contender, description, perImage: times[place] ?? [] }
    })
    return { timings, missing }
  } finally {
    for (const { process: child } of running) await stop(child)
  }
}

/** A figure over the rounds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return { median: (low + high) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN }
}

/** How many times as fast `fast` is as `slow`, each round by itself; undefined where one of them did not run. */
export function speedup(fast: Timing | undefined, slow: Timing | undefined): Spread | undefined {
  if (fast === undefined || slow === undefined) return undefined
  return spreadOf(fast.perImage.map((time, round) => (slow.perImage[round] ?? Number.NaN) / time))
}
