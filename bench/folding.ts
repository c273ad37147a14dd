// What `optimizeForInference` gains: prediction of 1,000 images by networks with batch normalisation, on wasm and in ONNX Runtime (one
// thread each), folded and not in turns. Each figure is CPU time not folded / CPU time folded, the median of five rounds, and their range.
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { exportOnnx } from '../src/backends/onnx/index.ts'
import { assignWeights, startBackend } from '../src/backends/tfjs/index.ts'
import { compile, optimizeForInference, type Variant, type Weights } from '../src/index.ts'
import { initialWeights } from '../src/weights/initial.ts'

const [rounds, batches, batch] = [5, 10, 100]
const text = `
use "examples/paper/small.wmnet" { SmallNet }
use "examples/paper/resnet.wmnet" { ResNet }
ablation Small of SmallNet {
  variant cnn    { norm = batchnorm }
  variant smooth { norm = batchnorm; layer = wm.smooth(k=3); widths = [32, 32, 8] }
  variant nobias { norm = batchnorm; layer = wm.smooth(k=3, bias=false); widths = [32, 32, 8] }
}
ablation Residual of ResNet {
  variant conv   { insert batchnorm after conv }
  variant smooth { replace all conv with wm.smooth; insert batchnorm after wm.smooth }
}`
const program = compile({ path: 'folding.wmnet', text }, { read: (path) => readFileSync(path, 'utf8') })
const [first] = program.diagnostics
if (!program.ok) throw new Error(first?.message)

const pixels = Float32Array.from({ length: batch * 784 }, (_, i) => Math.abs(Math.sin(i * 12.9898)))
type Predict = () => Promise<unknown>

async function onWasm(variant: Variant, weights: Weights): Promise<Predict> {
  const model = await program.build(variant)
  assignWeights(model, variant.graph, weights)
  const images = tf.tensor4d(pixels, [batch, 28, 28, 1])
  return async () => {
    const logits = tf.tidy(() => model.apply(images, { training: false }) as tf.Tensor)
    await logits.data()
    logits.dispose()
  }
}

async function inOnnxRuntime(variant: Variant, weights: Weights): Promise<Predict> {
  const options = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const
  const session = await InferenceSession.create(exportOnnx(variant, weights), options)
  return () => session.run({ input: new Tensor('float32', pixels, [batch, 28, 28, 1]) })
}

async function secondsOf(predict: Predict): Promise<number> {
  const start = process.cpuUsage()
  for (let i = 0; i < batches; i++) await predict()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

async function compare(prepare: typeof onWasm, variant: Variant): Promise<string> {
  const weights = initialWeights(variant.graph, 1)
  const after = optimizeForInference(variant.graph, weights)
  const plain = await prepare(variant, weights)
  const folded = await prepare({ ...variant, graph: after.graph }, after.weights)
  for (const predict of [plain, folded]) await predict()
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const times = new Map<Predict, number>()
    for (const predict of round % 2 === 0 ? [plain, folded] : [folded, plain]) {
      times.set(predict, await secondsOf(predict))
    }
    ratios.push((times.get(plain) ?? Number.NaN) / (times.get(folded) ?? Number.NaN))
  }
  const [low = 0, , median = 0, , high = 0] = ratios.sort((a, b) => a - b).map((ratio) => ratio.toFixed(2))
  return `${median} (${low} to ${high})`
}

await startBackend('wasm')
for (const variant of program.variants) {
  const name = `${variant.subject}.${variant.name}`.padEnd(16)
  console.log(`${name} wasm ${await compare(onWasm, variant)}  ONNX Runtime ${await compare(inOnnxRuntime, variant)}`)
}
