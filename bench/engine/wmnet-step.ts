// The paper's small networks as wmnet compiles and trains them.
import { readFileSync } from 'node:fs'
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { buildModel, tf } from '../../src/backends/tfjs/index.ts'
import { compile } from '../../src/compile.ts'
import type { Graph } from '../../src/graph/graph.ts'
import { createStream } from '../../src/random/stream.ts'
import { entryOf, type ResolvedCall } from '../../src/registry/construct.ts'
import { losses } from '../../src/training/losses/index.ts'
import { optimizers } from '../../src/training/optimizers/index.ts'
import { takeStep } from '../../src/training/train-epoch.ts'
import type { NetworkName, TrainingStep } from './contender.ts'
import { waves } from './stock-step.ts'

export function graphOf(network: NetworkName): Graph {
  const path = 'examples/paper/small.wmnet'
  const program = compile({ path, text: readFileSync(path, 'utf8') })
  const variant = program.variant(network)
  if (variant === undefined) throw new Error(`${path} has no variant ${network}`)
  return variant.graph
}

/** The step that `wmnet run` takes: the built model, wmnet's loss and Adam. */
export function createWmnetStep(network: NetworkName, batch: number): TrainingStep {
  const model = buildModel(graphOf(network), { random: createStream(1, 'bench') })
  const adam = call('optimizer', 'adam', { lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 })
  const optimizer = entryOf(optimizers, adam).create(adam.args, tf)
  const crossentropy = call('loss', 'crossentropy', { label_smoothing: 0 })
  const loss = entryOf(losses, crossentropy)
  const classifier = {
    perImageLoss: (logits: Tensor2D, labels: Tensor1D) => loss.perImage(crossentropy.args, tf, logits, labels),
  }
  const classes = Int32Array.from({ length: batch }, (_, i) => i % 10)
  const images = { images: waves([batch, 28, 28, 1], 1) as Tensor4D, labels: tf.tensor1d(classes, 'int32') }
  return {
    async run() {
      const value = takeStep({ tf, model, classifier }, optimizer, images)
      const [result = Number.NaN] = await value.data()
      value.dispose()
      return result
    },
  }
}

function call(registry: ResolvedCall['registry'], name: string, args: ResolvedCall['args']): ResolvedCall {
  return { registry, name, args }
}
