import type * as tfc from '@tensorflow/tfjs-core'
import { attacks } from '../attacks/index.ts'
import type { Victim } from '../attacks/victim.ts'
import { noises } from '../noise/index.ts'
import type { RandomStream } from '../random/stream.ts'
import { type Construct, entryOf, printCall, type ResolvedCall } from '../registry/construct.ts'
import type { Pause } from '../training/pause.ts'
import type { CleanBatch } from './evaluate-network.ts'
import type { Protocol } from './protocol.ts'
import type { SweepResult } from './results.ts'

/** One `noise` or `attack` line: the same call for noises and attacks, level by level. */
export interface Sweep extends Pick<SweepResult, 'kind' | 'name' | 'call' | 'parameter'> {
  readonly levels: readonly number[]
  /** New images [B, H, W, C], the caller's to dispose. */
  perturb(level: number, batch: CleanBatch): Promise<tfc.Tensor4D>
}

/**
 * Noises first, then attacks, in the protocol's order. `random` is the trial's stream: an image's noise and its random
 * starts depend on the seed, the trial, the entry's name, the level and the image's place in the test set, and on
 * nothing else. So every variant of an ablation meets the same draws (differences are paired), each trial new ones
 * (the spread over trials includes them), and neither the batch size nor other lines of the protocol matter.
 */
export function resolveSweeps(protocol: Protocol, victim: Victim, random: RandomStream, pause: Pause): Sweep[] {
  return [
    ...protocol.noise.map((call) => noiseSweep(call, victim, random.fork('noise', call.name), pause)),
    ...protocol.attack.map((call) => attackSweep(call, victim, random.fork('attack', call.name), pause)),
  ]
}

function noiseSweep(call: ResolvedCall, { tf, range }: Victim, random: RandomStream, pause: Pause): Sweep {
  const spec = entryOf(noises, call)
  return {
    ...describe('noise', spec, call),
    async perturb(level, { images, pixels, indices }) {
      const size = pixels.length / indices.length
      const noisy = new Float32Array(pixels.length)
      for (const [place, index] of indices.entries()) {
        const clean = pixels.subarray(place * size, (place + 1) * size)
        noisy.set(spec.perturb(call.args, level, clean, range, random.fork(level, index)), place * size)
      }
      await pause()
      return tf.tensor4d(noisy, images.shape)
    },
  }
}

function attackSweep(call: ResolvedCall, victim: Victim, random: RandomStream, pause: Pause): Sweep {
  const spec = entryOf(attacks, call)
  return {
    ...describe('attack', spec, call),
    async perturb(level, { images, labels, gradient, indices }) {
      if (gradient === null) throw new Error('an attack was given no gradient')
      const streams = indices.map((index) => random.fork(index))
      return spec.perturb(call.args, level, victim, { images, labels, gradient, random: streams, pause })
    },
  }
}

function describe(kind: Sweep['kind'], spec: Construct, call: ResolvedCall) {
  const parameter = sweptParameter(spec)
  const value = call.args[parameter]
  const levels = (Array.isArray(value) ? value : [value]).map((level) => {
    if (typeof level !== 'number') throw new Error(`${call.name}: ${parameter} holds ${String(level)}`)
    return level
  })
  return { kind, name: call.name, call: printCall(call), parameter, levels }
}

/** The one hyperparameter whose values make the points of a curve. */
function sweptParameter(spec: Construct): string {
  const swept = Object.entries(spec.params).filter(([, { type }]) => type.kind === 'sweep')
  const [only, ...others] = swept
  if (only === undefined || others.length > 0) throw new Error(`${spec.name} sweeps ${swept.length} parameters`)
  return only[0]
}
