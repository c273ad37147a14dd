import { printCall } from '../../../src/registry/construct.ts'
import type { Protocol } from '../../../src/study/protocol.ts'
import type {
  DivergedTrial,
  RunResult,
  StudyResults,
  Summary,
  TrialResult,
  VariantResult,
} from '../../../src/study/results.ts'

/** A study made by hand, with the values that MNIST networks of this size show. No randomness, no network. */

const NOISE_LEVELS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
const EPS_LEVELS = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]

const protocol: Protocol = {
  name: 'Paper',
  data: { registry: 'dataset', name: 'mnist', args: { validation: 0.1 } },
  augment: [{ registry: 'augment', name: 'random_crop', args: { pad: 2 } }],
  train: {
    optimizer: { registry: 'optimizer', name: 'adam', args: { lr: 0.001, beta1: 0.9, beta2: 0.999 } },
    loss: { registry: 'loss', name: 'crossentropy', args: {} },
    batch: 128,
    epochs: 5,
    keep: { registry: 'keep', name: 'best', args: { measure: 'validation_error' } },
  },
  trials: 2,
  seed: 2019,
  noise: [{ registry: 'noise', name: 'uniform', args: { upper: NOISE_LEVELS, renormalize: 'minmax' } }],
  attack: [{ registry: 'attack', name: 'fgsm', args: { eps: EPS_LEVELS, norm: 'linf' } }],
  explain: [],
  measure: [
    { registry: 'measure', name: 'error', args: {} },
    { registry: 'measure', name: 'activation_mse', args: {} },
  ],
}

/** What a made-up variant is like: error rises as a logistic curve of the level, activation MSE as its square. */
interface Character {
  readonly name: string
  readonly parameters: { readonly trainable: number; readonly total: number }
  readonly flops: number
  readonly clean: number
  /** Levels at which half of the rise has happened. */
  readonly noiseHalf: number
  readonly epsHalf: number
  readonly activation: number
  readonly zeroGradients: number
  readonly trials: number
}

const CHARACTERS: readonly Character[] = [
  {
    name: 'cnn',
    parameters: { trainable: 261_070, total: 261_070 },
    flops: 14_014_824,
    clean: 0.0112,
    noiseHalf: 0.62,
    epsHalf: 0.17,
    activation: 0.9,
    zeroGradients: 0,
    trials: 2,
  },
  {
    name: 'smooth',
    parameters: { trainable: 1_157_226, total: 1_157_226 },
    flops: 14_273_544,
    clean: 0.0121,
    noiseHalf: 0.83,
    epsHalf: 0.27,
    activation: 212,
    zeroGradients: 0.1374,
    trials: 2,
  },
  {
    name: 'unsharp_bn',
    parameters: { trainable: 1_487_322, total: 1_487_466 },
    flops: 20_341_760,
    clean: 0.0094,
    noiseHalf: 0.74,
    epsHalf: 0.23,
    activation: 38,
    zeroGradients: 0.0003,
    trials: 1,
  },
]

function logistic(level: number, half: number, clean: number): number {
  const at = (x: number) => 1 / (1 + Math.exp(-(x - half) * (5.5 / half)))
  return clean + (0.902 - clean) * ((at(level) - at(0)) / (1 - at(0)))
}

/** What the trials differ by: deterministic, of either sign. */
function wobble(trial: number, level: number): number {
  return trial === 1 ? -0.02 - 0.03 * level : 0.02 + 0.03 * level
}

function round(value: number, images = 10_000): number {
  return Math.round(value * images) / images
}

function trialOf(character: Character, trial: number): TrialResult {
  const error = (level: number, half: number) =>
    round(logistic(level, half * (1 + wobble(trial, level)), character.clean * (1 + wobble(trial, 0.5))))
  const mse = (level: number, scale: number) =>
    Number((character.activation * scale * level ** 2 * (1 + 4 * wobble(trial, level))).toPrecision(9))
  const [noise, attack] = [protocol.noise[0], protocol.attack[0]]
  if (noise === undefined || attack === undefined) throw new Error('the fixture has a noise and an attack')
  return {
    variant: character.name,
    trial,
    seed: 0x5eed0000 + trial,
    epochs: [1, 2, 3, 4, 5].map((epoch) => ({
      epoch,
      loss: Number(((0.2 + 9 * character.clean) * epoch ** -1.3 * (1 + wobble(trial, 1))).toPrecision(6)),
      validationError: round(character.clean * (1 + 2.8 / epoch ** 1.6 + wobble(trial, epoch / 5)), 6000),
      validationLoss: Number((0.11 * epoch ** -0.7).toPrecision(6)),
    })),
    keptEpoch: 4 + (trial % 2),
    test: { images: 10_000, error: error(0, 1), loss: Number((character.clean * 3.1).toPrecision(6)) },
    sweeps: [
      {
        kind: 'noise',
        name: 'uniform',
        call: printCall(noise),
        parameter: 'upper',
        points: NOISE_LEVELS.map((level) => ({
          level,
          measures: { error: error(level, character.noiseHalf), activation_mse: mse(level, 0.4) },
        })),
        gradients: null,
      },
      {
        kind: 'attack',
        name: 'fgsm',
        call: printCall(attack),
        parameter: 'eps',
        points: EPS_LEVELS.map((level) => ({
          level,
          measures: { error: error(level, character.epsHalf), activation_mse: mse(level, 1.7) },
        })),
        gradients: { zeroFraction: round(character.zeroGradients * (1 + wobble(trial, 1))), nonFiniteFraction: 0 },
      },
    ],
    warnings:
      character.zeroGradients === 0
        ? []
        : [
            {
              rule: 'zero gradients',
              message: `${((character.zeroGradients + trial / 1000) * 100).toFixed(1)} % of the test images have a loss gradient of exactly zero`,
            },
          ],
  }
}

function summarize(values: readonly number[]): Summary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (values.length < 2) return { mean, std: null }
  return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) }
}

/** The summaries that the study would compute from these trials. */
function variantOf(
  character: Omit<VariantResult, 'trials' | 'diverged' | 'error' | 'sweeps'>,
  trials: readonly TrialResult[],
): VariantResult {
  return {
    ...character,
    trials,
    diverged: [],
    error: summarize(trials.map((trial) => trial.test.error)),
    sweeps: (trials[0]?.sweeps ?? []).map((sweep, s) => ({
      kind: sweep.kind,
      name: sweep.name,
      call: sweep.call,
      parameter: sweep.parameter,
      points: sweep.points.map((point, p) => ({
        level: point.level,
        measures: Object.fromEntries(
          Object.keys(point.measures).map((name) => [
            name,
            summarize(trials.map((trial) => trial.sweeps[s]?.points[p]?.measures[name] ?? Number.NaN)),
          ]),
        ),
      })),
      zeroGradientFraction:
        sweep.gradients === null
          ? null
          : summarize(trials.map((trial) => trial.sweeps[s]?.gradients?.zeroFraction ?? Number.NaN)),
    })),
  }
}

export const run: RunResult = {
  subject: 'Table2',
  protocol,
  dataset: {
    name: 'mnist',
    description: 'handwritten digits, 28x28 grey',
    images: { train: 54_000, validation: 6_000, test: 10_000 },
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  },
  variants: CHARACTERS.map((character, index) =>
    variantOf(
      {
        name: character.name,
        graphHash: `${index}f`.repeat(32),
        parameters: character.parameters,
        flops: character.flops,
      },
      Array.from({ length: character.trials }, (_, trial) => trialOf(character, trial + 1)),
    ),
  ),
}

/** The run as it looks when trials diverged, all of them of one variant, and one sweep was never reached. */
export const damagedRun: RunResult = {
  ...run,
  variants: run.variants.map((variant, index) => {
    if (index === 1) return { ...variant, sweeps: variant.sweeps.slice(0, 1) }
    if (index === 2) {
      const diverged = variant.trials.map(({ trial, seed }) => divergedTrial(trial, seed, `${trial}`))
      return { ...variant, trials: [], diverged, error: null, sweeps: [] }
    }
    const [first, ...others] = variant.trials
    return {
      ...variant,
      trials: index === 0 ? others : variant.trials,
      diverged: index === 0 && first !== undefined ? [divergedTrial(first.trial, first.seed, '120')] : [],
      sweeps: variant.sweeps.map((sweep) => ({
        ...sweep,
        points: sweep.points.map((point) => ({
          ...point,
          measures: {
            error: point.measures.error ?? { mean: Number.NaN, std: null },
            activation_mse:
              point.level > 0.3 ? { mean: Number.NaN, std: Number.NaN } : { mean: point.level, std: point.level / 9 },
          },
        })),
      })),
    }
  }),
}

function divergedTrial(trial: number, seed: number, batch: string): DivergedTrial {
  const reason = `the loss is NaN at batch ${batch} of epoch 1, trained by adam(lr=10, beta1=0.9, beta2=0.999)`
  return { trial, seed, reason }
}

const SOURCES = [
  {
    path: 'paper.wmspec',
    text: `use "../examples/paper/small.wmnet" { Table2 }

protocol Paper {
  data mnist(validation=10%)
  augment random_crop(pad=2)
  train adam(lr=1e-3) { loss = crossentropy; batch = 128; epochs = 5; keep = best(validation_error) }
  trials 2
  seed 2019
  noise uniform(upper=0..1 step 0.1, renormalize=minmax)
  attack fgsm(eps=0..0.5 step 0.05)
  measure error, activation_mse
}

study Robustness { run Table2 under Paper }
`,
  },
  {
    path: '../examples/paper/small.wmnet',
    text: `network SmallNet(layer: layer = conv(k=3), widths: [int] = [33, 33, 8], norm: layer = none) {
  input 28x28x1 in [0, 1]
  for c in widths { block layer(c, norm=norm) }
  flatten
  block dense(64)
  dense(10)
}

ablation Table2 of SmallNet {
  variant cnn        { }
  variant smooth     { layer = wm.smooth(k=3); widths = [32, 32, 8] }
  variant unsharp_bn { layer = wm.unsharp(k=3); widths = [32, 32, 8]; norm = batchnorm }
}
`,
  },
]

export const results: StudyResults = {
  format: 'wmnet.results/1',
  study: 'Robustness',
  selection: null,
  complete: true,
  versions: { wmnet: '0.1.0', '@tensorflow/tfjs-core': '4.22.0', node: '20.20.2' },
  backend: 'wasm',
  sources: SOURCES,
  runs: [run],
  times: {
    started: '2026-02-03T10:20:30.000Z',
    seconds: 1834.2,
    trials: { 'Table2-Paper/cnn/trial-1': { trainSeconds: 200.1, evaluateSeconds: 42.7, imagesPerSecond: 1350 } },
  },
}
