import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { startBackend } from '../src/backends/tfjs/index.ts'
import { compile } from '../src/index.ts'

const path = 'examples/paper/small.wmnet'
const text = readFileSync(join(import.meta.dirname, '..', path), 'utf8')

describe('building a variant', () => {
  beforeAll(() => startBackend('wasm'))

  it('gives a LayersModel with the counted parameters', async () => {
    const program = compile({ path, text })
    expect(program.ok).toBe(true)
    const model = await program.build('smooth')
    expect(model.countParams()).toBe(1_157_226)
    const logits = model.predict(tf.zeros([2, 28, 28, 1])) as tf.Tensor
    expect(logits.shape).toEqual([2, 10])
    tf.dispose(logits)
    model.dispose()
  })

  it('draws the initial weights from the seed', async () => {
    const program = compile({ path, text })
    const weightsOf = async (seed: number) => {
      const model = await program.build('Table2.cnn', { seed })
      const [kernel] = model.getWeights()
      const values = Array.from((await kernel?.data()) ?? [])
      model.dispose()
      return values
    }
    const first = await weightsOf(1)
    expect(await weightsOf(1)).toEqual(first)
    expect(await weightsOf(2)).not.toEqual(first)
  })

  it('fits, like any LayersModel', async () => {
    const program = compile('network N { input 6x6x1\nblock wm.unsharp(4)\nflatten\ndense(2)\n}')
    const model = await program.build('N')
    model.compile({ optimizer: tf.train.adam(0.01), loss: (y, z) => tf.losses.softmaxCrossEntropy(y, z) })
    const x = tf.tensor(
      Array.from({ length: 8 * 36 }, (_, index) => (Math.floor(index / 36) % 2 === 0 ? index % 3 : index % 5) / 5),
      [8, 6, 6, 1],
    )
    const y = tf.oneHot(tf.tensor1d([0, 1, 0, 1, 0, 1, 0, 1], 'int32'), 2)
    const { history } = await model.fit(x, y, { epochs: 30, shuffle: false, verbose: 0 })
    const losses = history.loss as number[]
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? 0))
    tf.dispose([x, y])
    model.dispose()
  })

  it('rejects a name that no variant has', async () => {
    await expect(compile({ path, text }).build('smoth')).rejects.toThrow("there is no variant 'smoth'")
  })
})
