// What is peculiar to the webgpu kernels: how work is cut into workgroups, and memory that changes its owner.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { kernelNames } from '../../src/backends/tfjs/kernels/shapes.ts'
import { createOptimizer } from '../optimizer-references.ts'
import { type Conv, convFilterGrad64, outputShape } from './conv-reference.ts'
import { addTo, emptyReference, expectClose, noise, tensorOf } from './float64.ts'
import { describeOnOptional } from './optional-backend.ts'

function convFilterGradient(c: Conv, x: Float32Array, dy: Float32Array): tf.Tensor {
  const inputs = { x: tensorOf(x, c.x), dy: tensorOf(dy, outputShape(c)) }
  const pad = [[0, 0], [...c.pad[0]], [...c.pad[1]], [0, 0]]
  const attributes = { strides: [...c.stride], pad, dataFormat: 'NHWC', filterShape: [...c.filter] }
  return tf.engine().runKernel('Conv2DBackpropFilter', inputs, attributes as unknown as tf.NamedAttrMap) as tf.Tensor
}

const convs: readonly Conv[] = [
  { x: [3, 20, 21, 2], filter: [3, 3, 2, 3], stride: [1, 1], pad: [[0, 0], [0, 0]] },
  { x: [2, 23, 22, 5], filter: [5, 3, 5, 17], stride: [2, 1], pad: [[1, 2], [1, 1]] },
  { x: [129, 4, 4, 1], filter: [1, 1, 1, 33], stride: [1, 1], pad: [[0, 0], [0, 0]] },
] // biome-ignore format: one convolution a line

await describeOnOptional('webgpu', () => {
  it('has every kernel of its own', () => {
    // Batch norm's two are composed of stock operations here.
    const { batchNormMoments: _, batchNormGrad: __, ...own } = kernelNames
    for (const name of Object.values(own)) expect(tf.getKernel(name, 'webgpu')?.kernelName).toBe(name)
  })

  it.each(convs)('adds the slices of a filter gradient, $x with $filter, the same bits twice', async (c) => {
    const [x, dy] = [noise(c.x, 1), noise(outputShape(c), 2)]
    const gradient = convFilterGradient(c, x, dy)
    await expectClose(gradient, convFilterGrad64(c, x, dy))
    expect(await convFilterGradient(c, x, dy).data()).toEqual(await gradient.data())
  })

  it.each([
    [33, 2100, 20],
    [20, 2001, 7],
  ] as const)('multiplies [%i, %i] by [… , %i] in one order', async (m, k, n) => {
    const [a, b] = [noise([m, k], 1), noise([k, n], 2)]
    const [left, right] = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])]
    const reference = emptyReference(m * n)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++)
        for (let l = 0; l < k; l++)
          addTo(reference, i * n + j, (a[i * k + l] ?? Number.NaN) * (b[l * n + j] ?? Number.NaN))
    const product = tf.matMul(left, right)
    await expectClose(product, reference)
    for (let i = 0; i < 4; i++) expect(await tf.matMul(left, right).data()).toEqual(await product.data())
    expect(tf.env().getNumber('WEBGPU_MATMUL_PROGRAM_TYPE')).toBe(-1)
  })

  it('spreads over more workgroups than one dimension takes', async () => {
    const size = 64 * 65_535 + 1000
    const variable = tf.tidy(() => tf.variable(tf.range(0, size)))
    const gradient = tf.ones([size])
    createOptimizer(tf, 'sgd', { lr: 2 }).step([variable], { [variable.name]: gradient })
    const values = await variable.data()
    expect(values.length).toBe(size)
    expect(values.findIndex((value, i) => value !== i - 2)).toBe(-1)
    tf.dispose([variable, gradient])
  })

  describe('an optimizer step', () => {
    const start = noise([7], 1)

    it('leaves copies of the variable as they were', async () => {
      const original = tf.tensor1d(start)
      const variable = tf.variable(original)
      const copy = tf.clone(variable)
      await step(variable)
      expect(await original.data()).toEqual(start)
      expect(await copy.data()).toEqual(start)
      expect(await variable.data()).not.toEqual(start)
      tf.dispose([original, variable, copy])
    })

    it('is seen by reads after it, whatever was read before', async () => {
      const variable = tf.tidy(() => tf.variable(tf.tensor1d(start)))
      const seen = [start]
      for (let i = 0; i < 3; i++) {
        await step(variable)
        seen.push(Float32Array.from(await variable.data()))
      }
      for (const [i, values] of seen.entries()) if (i > 0) expect(values).not.toEqual(seen[i - 1])
      variable.dispose()
    })

    it('makes no buffers', async () => {
      const variable = tf.tidy(() => tf.variable(tf.tensor1d(noise([1000], 1))))
      const gradient = tf.tensor1d(noise([1000], 2))
      const optimizer = createOptimizer(tf, 'adam', { lr: 0.1 })
      const take = () => optimizer.step([variable], { [variable.name]: gradient })
      for (let i = 0; i < 30; i++) take()
      const memory = tf.memory()
      for (let i = 0; i < 300; i++) take()
      expect(tf.memory()).toEqual(memory)
      optimizer.dispose()
      tf.dispose([variable, gradient])
    })

    async function step(variable: tf.Variable): Promise<void> {
      const optimizer = createOptimizer(tf, 'adam', { lr: 0.1 })
      const gradient = tf.tensor1d(noise([variable.size], 2))
      optimizer.step([variable], { [variable.name]: gradient })
      optimizer.dispose()
      gradient.dispose()
    }
  })
})
