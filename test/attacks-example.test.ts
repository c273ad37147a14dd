import { readFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { pgd } from '../src/attacks/pgd.ts'
import { createVictim } from '../src/attacks/victim.ts'
import { startBackend } from '../src/backends/tfjs/index.ts'
import { createStream } from '../src/random/stream.ts'
import { bim } from './attacks-example.ts'
import { callOf } from './training-fixtures.ts'

const example = await readFile(new URL('./attacks-example.ts', import.meta.url), 'utf8')
const docs = await readFile(new URL('../docs/adding-an-attack.md', import.meta.url), 'utf8')

/** Imports are sorted by path, and the paths differ. */
const withoutImports = (text: string) => text.slice(text.indexOf('/**'))

test('the attack in docs/adding-an-attack.md is the one tested here', () => {
  expect(docs).toContain(withoutImports(example))
})

test('it is PGD without random start', async () => {
  await startBackend('cpu')
  const weights = tf.tensor2d([1, -2, 0.5, 3, 1, 1, -1, 0.2], [4, 2])
  const victim = createVictim(tf, [0, 1], (x) => tf.matMul(tf.tanh(tf.reshape(x, [-1, 4])), weights))
  const images = tf.tensor4d([0.1, 0.5, 0.9, 0.3, 0.7, 0.2, 0.4, 0.8], [2, 2, 2, 1])
  const labels = tf.tensor1d([0, 1], 'int32')
  const random = [createStream(1), createStream(2)]
  const batch = { images, labels, gradient: victim.gradient(images, labels), random, pause: async () => {} }
  const found = await bim.perturb({ eps: [0.2], steps: 10, rel_step: 0.2 }, 0.2, victim, batch)
  const { args } = callOf('attack', 'pgd', { eps: [0.2], steps: 10, rel_step: 0.2, random_start: false })
  const same = await pgd.perturb(args as Parameters<typeof pgd.perturb>[0], 0.2, victim, batch)
  expect(await found.data()).toEqual(await same.data())
  expect(await found.data()).not.toEqual(await images.data())
})
