// Images/s of whole training steps as `wmnet run` takes them (batch 128, cross entropy, wmnet's Adam) of variants of the
// paper's small networks (arguments; cnn and smooth by default), in turns; `--profile`: which kernels the time goes to.
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { startBackend } from '../src/backends/tfjs/index.ts'
import { compile } from '../src/index.ts'
import { softmaxCrossEntropy } from '../src/training/losses/softmax-cross-entropy.ts'
import { adam } from '../src/training/optimizers/adam.ts'
import { trainableVariables } from '../src/training/train-epoch.ts'

const batch = 128
const path = 'examples/paper/small.wmnet'
const program = compile({ path, text: readFileSync(path, 'utf8') })
const [profiled, ...names] = [
  process.argv.includes('--profile'),
  ...process.argv.slice(2).filter((a) => !a.startsWith('--')),
]
const args = { lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }

function stepOf(model: LayersModel): () => void {
  const variables = trainableVariables(model)
  const pixels = Float32Array.from({ length: batch * 784 }, (_, i) => Math.abs(Math.sin(i * 12.9898)))
  const images = tf.tensor4d(pixels, [batch, 28, 28, 1])
  const labels = tf.tensor1d(
    Array.from({ length: batch }, (_, i) => i % 10),
    'int32',
  )
  const optimizer = adam.create(args, tf)
  return () =>
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const logits = model.apply(images, { training: true }) as tf.Tensor2D
        return tf.mean<tf.Scalar>(softmaxCrossEntropy(tf, logits, labels))
      }, variables)
      optimizer.step(variables, grads)
    })
}

async function profile(step: () => void): Promise<void> {
  const total = new Map<string, [number, number]>()
  for (let i = 0; i < 5; i++) {
    const { kernels } = await tf.profile(step)
    for (const kernel of kernels) {
      const [count, sum] = total.get(kernel.name) ?? [0, 0]
      total.set(kernel.name, [count + 0.2, sum + Number(await kernel.kernelTimeMs) / 5])
    }
  }
  for (const [name, [count, sum]] of [...total].sort((a, b) => b[1][1] - a[1][1]).slice(0, 20)) {
    console.log(`    ${name.padEnd(24)} ${count.toFixed(0).padStart(4)} ${sum.toFixed(2).padStart(8)} ms`)
  }
}

const threads = Number(process.env.THREADS ?? 1)
await startBackend('wasm', { threads })
const steps = new Map<string, { readonly step: () => void; readonly times: number[] }>()
for (const name of names.length > 0 ? names : ['cnn', 'smooth']) {
  steps.set(name, { step: stepOf(await program.build(name)), times: [] })
}
for (let round = 0; round < 20; round++) {
  for (const { step, times } of steps.values()) {
    const start = performance.now()
    step()
    if (round >= 3) times.push(performance.now() - start)
  }
}
for (const [name, { step, times }] of steps) {
  const sorted = times.sort((a, b) => a - b)
  const [best = Number.NaN, median = Number.NaN] = [sorted[0], sorted[sorted.length >> 1]]
  console.log(
    `${name}: best ${best.toFixed(1)} ms (${((batch / best) * 1000).toFixed(0)} images/s), median ${median.toFixed(1)} ms`,
  )
  if (profiled) await profile(step)
}
