import { buildModel, startBackend, tf } from '../../backends/tfjs/index.ts'
import { openKernelLog } from '../../backends/tfjs/profile/kernel-log.ts'
import { createWait } from '../../backends/tfjs/profile/wait.ts'
import { shuffledIndices } from '../../data/batches.ts'
import type { Dataset } from '../../data/dataset.ts'
import type { NodeId } from '../../graph/graph.ts'
import { createStream } from '../../random/stream.ts'
import { entryOf } from '../../registry/construct.ts'
import { augmentPixels } from '../../training/augmentation.ts'
import { disposeBatch, type ImageBatch, makeBatch } from '../../training/image-batch.ts'
import { losses } from '../../training/losses/index.ts'
import { optimizers } from '../../training/optimizers/index.ts'
import { createPause, type Pause } from '../../training/pause.ts'
import { requireTrainable } from '../../training/train.ts'
import { takeStep } from '../../training/train-epoch.ts'
import type { TrialHooks, TrialJob } from '../job.ts'
import { loadTrialData } from '../trial-data.ts'
import { createClock, type Entry } from './clock.ts'
import { medianOf, readPass, type StepProfile } from './profile.ts'
import { nodeOfLayer, profileStep, type Trainee } from './profile-step.ts'

/** The first step makes the optimizer's state, and backends compile and tune kernels in the first few. */
const warmUps = 2
const profiledSteps = 7

/**
 * Takes the first steps of a trial's training and measures them; the model is thrown away. Rejects as `runTrial` does. Nothing else
 * may use tfjs meanwhile.
 */
export async function profileJob(job: TrialJob, hooks: TrialHooks): Promise<StepProfile> {
  hooks.signal.throwIfAborted()
  await startBackend(job.backend)
  const dataset = await loadTrialData(job, hooks)
  const random = createStream(job.protocol.seed, 'trial', job.trial)
  const { optimizer, loss } = job.protocol.train
  tf.engine().startScope(job.key)
  const model = buildModel(job.graph, { random })
  const rule = entryOf(optimizers, optimizer).create(optimizer.args, tf)
  try {
    requireTrainable(model)
    const { perImage } = entryOf(losses, loss)
    const classifier: Trainee['classifier'] = {
      perImageLoss: (logits, labels) => perImage(loss.args, tf, logits, labels),
    }
    const draw = createBatches(job, dataset)
    return await measureSteps({ graph: job.graph, model, classifier, optimizer: rule }, draw, createPause(hooks.signal))
  } finally {
    rule.dispose()
    model.dispose()
    tf.engine().endScope()
  }
}

async function measureSteps(trainee: Trainee, draw: () => ImageBatch, pause: Pause): Promise<StepProfile> {
  const wait = createWait()
  const plain: PlainStep[] = []
  const profiled: (readonly Entry[])[] = []
  let outputs: ReadonlyMap<NodeId, number> = new Map()
  for (let step = 1; step <= warmUps + profiledSteps; step++) {
    const ordinary = await takePlainStep(trainee, draw, wait)
    await pause()
    const log = openKernelLog()
    try {
      const clock = createClock(log, wait, pause)
      outputs = await profileStep(trainee, draw, clock)
      if (step <= warmUps) continue
      plain.push(ordinary)
      profiled.push(clock.entries)
    } finally {
      log.close()
    }
  }
  return assemble(trainee, plain, profiled, outputs)
}

interface PlainStep {
  readonly ms: number
  readonly batch: number
  readonly peakBytes: number
}

async function takePlainStep(
  { model, classifier, optimizer }: Trainee,
  draw: () => ImageBatch,
  wait: () => Promise<void>,
): Promise<PlainStep> {
  const log = openKernelLog()
  try {
    const start = performance.now()
    const images = draw()
    const loss = takeStep({ tf, model, classifier }, optimizer, images)
    await wait()
    const [batch = 0] = images.images.shape
    loss.dispose()
    disposeBatch(images)
    return { ms: performance.now() - start, batch, peakBytes: log.peakBytes }
  } finally {
    log.close()
  }
}

function assemble(
  { graph, model }: Trainee,
  plain: readonly PlainStep[],
  profiled: readonly (readonly Entry[])[],
  outputs: ReadonlyMap<NodeId, number>,
): StepProfile {
  const weights = new Map<NodeId, number>()
  for (const layer of model.layers.filter((each) => each.weights.length > 0)) {
    const { id } = nodeOfLayer(graph, layer)
    const elements = layer.weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape.map(Number)), 0)
    weights.set(id, (weights.get(id) ?? 0) + 4 * elements)
  }
  const layers = graph.nodes.map(({ id, name }) => ({
    name,
    forward: readPass(profiled, id, 'forward'),
    backward: readPass(profiled, id, 'backward'),
    outputBytes: outputs.get(id) ?? 0,
    weightBytes: weights.get(id) ?? 0,
  }))
  const loss = { forward: readPass(profiled, 'loss', 'forward'), backward: readPass(profiled, 'loss', 'backward') }
  const optimizer = readPass(profiled, 'optimizer', 'forward')
  const data = readPass(profiled, 'data', 'forward')
  const freeing = readPass(profiled, 'freeing', 'forward')
  const passes = [...layers, loss].flatMap(({ forward, backward }) => [forward, backward])
  return {
    batch: plain[0]?.batch ?? 0,
    steps: profiled.length,
    layers,
    loss,
    optimizer,
    data,
    freeing,
    totalMs: [...passes, optimizer, data, freeing].reduce((sum, { ms }) => sum + ms, 0),
    profiledStepMs: medianOf(profiled.map((entries) => entries.reduce((sum, { ms }) => sum + ms, 0))),
    stepMs: medianOf(plain.map(({ ms }) => ms)),
    peakBytes: Math.max(...plain.map(({ peakBytes }) => peakBytes)),
  }
}

/** The batches of the first epoch, over and over. Only full ones, unless there is none. */
function createBatches({ protocol, trial }: TrialJob, dataset: Dataset): () => ImageBatch {
  const random = createStream(protocol.seed, 'trial', trial)
  const { batch } = protocol.train
  const order = shuffledIndices(dataset.train.count, random.fork('shuffle').fork(1))
  const batches = Math.max(1, Math.floor(order.length / batch))
  let drawn = 0
  return () => {
    const start = (drawn % batches) * batch
    drawn += 1
    const stream = random.fork('augment').fork(1, drawn)
    return makeBatch(tf, dataset, dataset.train, order.subarray(start, start + batch), (pixels) =>
      augmentPixels(protocol.augment, dataset, pixels, stream),
    )
  }
}
