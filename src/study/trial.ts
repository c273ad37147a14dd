import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { activationModel, buildModel, modelFiles, readWeights, startBackend, tf } from '../backends/tfjs/index.ts'
import type { Dataset, Split } from '../data/dataset.ts'
import { createStream, type RandomStream } from '../random/stream.ts'
import { entryOf } from '../registry/construct.ts'
import { divergedAfter, divergenceIn } from '../training/divergence.ts'
import { losses } from '../training/losses/index.ts'
import { createPause, type Pause } from '../training/pause.ts'
import { type TrainingResult, train } from '../training/train.ts'
import type { Classifier } from '../training/validate.ts'
import { encodeWeights } from '../weights/weights.ts'
import { type EvaluationResult, evaluate } from './evaluate.ts'
import { collectExamples } from './evaluate-examples.ts'
import { explainImages } from './evaluate-explanations.ts'
import { bindMeasures } from './evaluate-measures.ts'
import { createTestedNetwork, testBatchSize } from './evaluate-network.ts'
import { resolveSweeps } from './evaluate-sweep.ts'
import type { TrainedOutcome, TrialHooks, TrialJob, TrialOutcome } from './job.ts'
import { loadTrialData } from './trial-data.ts'
import { findWarnings } from './warnings.ts'

interface Trial {
  readonly job: TrialJob
  readonly hooks: TrialHooks
  readonly dataset: Dataset
  readonly model: LayersModel
  readonly classifier: Classifier
  /** Independent of the variant: what differs between variants is the network alone. */
  readonly random: RandomStream
  readonly pause: Pause
}

/**
 * Trains one variant once and puts it through its protocol's noises and attacks. The same job gives the same result,
 * times apart; a training that diverges is one. Rejects with a DiagnosticError where the user can help it, and with the signal's reason after an
 * abort. One trial at a time in a process: tfjs keeps one global scope of tensors, which is emptied at the end.
 */
export async function runTrial(job: TrialJob, hooks: TrialHooks): Promise<TrialOutcome> {
  hooks.signal.throwIfAborted()
  await startBackend(job.backend)
  const dataset = await loadTrialData(job, hooks)
  tf.engine().startScope(job.key)
  try {
    return await runWithModel(job, hooks, dataset)
  } finally {
    tf.engine().endScope()
  }
}

async function runWithModel(job: TrialJob, hooks: TrialHooks, dataset: Dataset): Promise<TrialOutcome> {
  const random = createStream(job.protocol.seed, 'trial', job.trial)
  const model = buildModel(job.graph, { random })
  try {
    const classifier = createClassifier(job, model)
    return await measureTrial({ job, hooks, dataset, model, classifier, random, pause: createPause(hooks.signal) })
  } catch (caught) {
    const divergence = divergenceIn(caught)
    if (divergence === undefined) throw caught
    const { trial, protocol } = job
    return {
      kind: 'diverged',
      result: { trial, seed: protocol.seed, reason: divergence.message },
      diagnostics: [divergence],
      images: countImages(dataset),
    }
  } finally {
    model.dispose()
  }
}

async function measureTrial(trial: Trial): Promise<TrainedOutcome> {
  const { job, dataset } = trial
  const started = performance.now()
  const training = await trainTrial(trial)
  const trained = performance.now()
  const { evaluation, examples } = await evaluateTrial(trial)
  const evaluated = performance.now()
  if (!Number.isFinite(evaluation.test.loss)) {
    throw divergedAfter(training.keptEpoch, evaluation.test.loss, job.protocol.train)
  }
  const { variant, protocol } = job
  return {
    kind: 'trained',
    result: {
      variant,
      trial: job.trial,
      seed: protocol.seed,
      epochs: training.epochs,
      keptEpoch: training.keptEpoch,
      test: evaluation.test,
      sweeps: evaluation.sweeps,
      warnings: findWarnings(evaluation.sweeps, evaluation.logits, {
        ...evaluation.test,
        guessing: guessingError(dataset.test),
      }),
    },
    model: await filesOf(trial),
    examples,
    images: countImages(dataset),
    times: {
      trainSeconds: (trained - started) / 1000,
      evaluateSeconds: (evaluated - trained) / 1000,
      imagesPerSecond: training.imagesPerSecond,
    },
  }
}

/** The share of the images that are not of the most frequent class. */
function guessingError({ labels, count }: Split): number {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return 1 - Math.max(...counts.values()) / count
}

function countImages({ train, validation, test }: Dataset): TrainedOutcome['images'] {
  return { train: train.count, validation: validation.count, test: test.count }
}

async function filesOf({ job: { graph }, model }: Trial): Promise<TrainedOutcome['model']> {
  return { ...(await modelFiles(model)), safetensors: encodeWeights(graph, await readWeights(model, graph)) }
}

function trainTrial({ job, hooks, dataset, model, classifier, random, pause }: Trial): Promise<TrainingResult> {
  const { augment, train: settings } = job.protocol
  const streams = { shuffle: random.fork('shuffle'), augment: random.fork('augment') }
  const onProgress = hooks.onProgress.bind(hooks)
  return train({ tf, model, classifier, dataset, augment, settings, random: streams, pause, onProgress })
}

async function evaluateTrial(trial: Trial) {
  const { job, hooks, dataset, model, classifier, random, pause } = trial
  const { graph, protocol } = job
  const measures = bindMeasures(protocol.measure, graph)
  const nodes = new Set(measures.flatMap(({ node }) => node ?? []))
  const activationModels = new Map([...nodes].map((node) => [node, activationModel(model, graph, node)]))
  const network = createTestedNetwork(tf, graph, model, activationModels)
  const sweeps = resolveSweeps(protocol, network.victim, random, pause)
  const evaluation: EvaluationResult = await evaluate({
    network,
    dataset,
    sweeps,
    measures,
    perImageLoss: classifier.perImageLoss,
    batchSize: classifier.batchSize,
    pause,
    onProgress: (done, total) => hooks.onProgress({ kind: 'evaluating', done, total }),
  })
  const of = { variant: job.variant, trial: job.trial }
  if (job.trial !== 1) return { evaluation, examples: null }
  const examples = await collectExamples(network, dataset, sweeps, of)
  const explained = await explainImages(protocol.explain, { model, graph, dataset })
  return { evaluation, examples: { ...examples, explained } }
}

function createClassifier({ graph, protocol }: TrialJob, model: LayersModel): Classifier {
  const { loss } = protocol.train
  const spec = entryOf(losses, loss)
  return {
    tf,
    logits: (images) => model.apply(images, { training: false }) as Tensor2D,
    perImageLoss: (logits, labels) => spec.perImage(loss.args, tf, logits, labels),
    batchSize: testBatchSize(graph),
  }
}
