import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { ops } from '../../src/backends/tfjs/ops/index.ts'
import { createOptimizer, optimizerCases, takeSteps } from '../optimizer-references.ts'
import { noise } from './float64.ts'
import { startBackend } from './start-backend.ts'
import { bodies, expectSameTraining, train } from './training-networks.ts'

/** Training on the active backend: as on cpu, the same twice, and without a trace in memory. */
export function testTraining(): void {
  it.each(Object.keys(bodies))('two steps through %s are those of cpu', async (name) => {
    const backend = tf.getBackend()
    const body = bodies[name] ?? (() => [])
    const found = await train(body)
    await startBackend('cpu')
    try {
      expectSameTraining(found, await train(body))
    } finally {
      await tf.setBackend(backend)
    }
  })

  describe.each(optimizerCases)('$name $args', (each) => {
    it('takes the steps of the formula', async () => {
      for (const [found, expected] of await takeSteps(tf, each)) expect(Math.abs(found - expected)).toBeLessThan(2e-6)
    })

    it('trains a weight map network, twice the same, bit for bit', async () => {
      const [first, second] = [await losses(each, 6), await losses(each, 6)]
      expect(second).toEqual(first)
      expect(first.at(-1)).toBeLessThan(first[0] ?? Number.NaN)
    })
  })

  it('leaves nothing behind in 1,000 steps', async () => {
    const before = tf.memory()
    const training = start(optimizerCases[0])
    for (let i = 0; i < 20; i++) await training.step()
    const [early, pool] = [inUse(), allocated()]
    for (let i = 0; i < 980; i++) training.update()
    await training.step()
    expect(inUse()).toEqual(early)
    // How many buffers the pool needs at once depends on when the driver is done with them, so it may grow, but not by the step.
    expect(allocated()).toBeLessThan(pool * 2 + 1)
    training.dispose()
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numBytes).toBe(before.numBytes)
  }, 120_000)
}

/** What of `tf.memory()` counts tensors and the bytes in them. */
function inUse() {
  const { numTensors, numDataBuffers, numBytes } = tf.memory()
  return { numTensors, numDataBuffers, numBytes, numBytesInGPU: inGpu().numBytesInGPU }
}

/** Bytes of the buffers that webgpu's pool has made, which it never gives back; 0 on other backends. */
const allocated = (): number => inGpu().numBytesAllocatedInGPU ?? 0

const inGpu = () => tf.memory() as { numBytesInGPU?: number; numBytesAllocatedInGPU?: number }

type OptimizerCase = Pick<(typeof optimizerCases)[number], 'name' | 'args'>

function start({ name, args }: OptimizerCase) {
  const optimizer = createOptimizer(tf, name, args)
  const w = tf.tidy(() => tf.variable(tf.tensor4d(noise([6, 6, 3, 4], 1), [6, 6, 3, 4])))
  const x = tf.tensor4d(noise([5, 6, 6, 3], 2), [5, 6, 6, 3])
  const update = (): tf.Scalar =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => tf.mean(tf.square(tf.sub(tf.relu(ops.box(ops.wmMul(x, w), 3, 2, 1)), 1))) as tf.Scalar,
        [w],
      )
      optimizer.step([w], grads)
      return value
    })
  return {
    update: () => update().dispose(),
    async step(): Promise<number> {
      const loss = update()
      const [value = Number.NaN] = await loss.data()
      loss.dispose()
      return value
    },
    dispose() {
      optimizer.dispose()
      tf.dispose([w, x])
    },
  }
}

async function losses(each: OptimizerCase, steps: number): Promise<readonly number[]> {
  const training = start(each)
  const found: number[] = []
  for (let i = 0; i < steps; i++) found.push(await training.step())
  training.dispose()
  return found
}
