import { expect, test } from 'vitest'
import type { SweepResult, TrialResult } from '../src/study/results.ts'
import { summarizeVariant } from '../src/study/summarize-trials.ts'
import { findWarnings } from '../src/study/warnings.ts'

const quiet = { softmax: false, stochastic: false }
const learned = { images: 10_000, error: 0.01, guessing: 0.9 }

function attack(
  name: string,
  errors: Readonly<Record<string, number>>,
  health: Partial<SweepResult['gradients']> = {},
): SweepResult {
  return {
    kind: 'attack',
    name,
    call: `${name}(norm=linf)`,
    parameter: 'eps',
    points: Object.entries(errors).map(([level, error]) => ({ level: Number(level), measures: { error } })),
    gradients: { zeroFraction: 0, nonFiniteFraction: 0, ...health },
  }
}

const noise: SweepResult = { ...attack('uniform', { 0: 0.5, 1: 0.1 }), kind: 'noise', gradients: null }

const cases = [
  { title: 'a healthy curve', sweeps: [noise, attack('fgsm', { 0: 0.01, 0.1: 0.3, 0.2: 0.3 })], rules: [] },
  { title: 'a fall within half a point', sweeps: [attack('fgsm', { 0: 0.01, 0.1: 0.3, 0.2: 0.296 })], rules: [] },
  {
    title: 'zero gradients',
    sweeps: [attack('fgsm', { 0: 0.01 }, { zeroFraction: 0.1234 })],
    rules: ['zero gradients'],
  },
  {
    title: 'zero gradients of several attacks, which share them',
    sweeps: [attack('fgsm', { 0: 0.01 }, { zeroFraction: 0.1 }), attack('pgd', { 0: 0.01 }, { zeroFraction: 0.1 })],
    rules: ['zero gradients'],
  },
  {
    title: 'broken gradients',
    sweeps: [attack('fgsm', { 0: 0.01 }, { nonFiniteFraction: 0.00456 })],
    rules: ['non-finite gradients'],
  },
  {
    title: 'a falling curve, at its deepest fall',
    sweeps: [attack('fgsm', { 0.3: 0.5, 0: 0.01, 0.1: 0.3, 0.2: 0.8, 0.4: 0.55, 0.5: 0.4 })],
    rules: ['not monotone'],
  },
  {
    title: 'one step better than many',
    sweeps: [attack('fgsm', { 0: 0.01, 0.1: 0.6 }), attack('pgd', { 0: 0.01, 0.1: 0.5 })],
    rules: ['one step beats many'],
  },
  {
    title: 'one step better than many in another norm',
    sweeps: [attack('fgsm', { 0.1: 0.6 }), { ...attack('pgd', { 0.1: 0.5 }), call: 'pgd(norm=l2)' }],
    rules: [],
  },
]

test.each(cases)('$title', ({ sweeps, rules }) => {
  const warnings = findWarnings(sweeps, quiet, learned)
  expect(warnings.map(({ rule }) => rule)).toEqual(rules)
})

test('the words', async () => {
  const all = [
    ...cases.flatMap(({ sweeps }) => findWarnings(sweeps, quiet, learned)),
    ...findWarnings([attack('fgsm', { 0: 0 })], { softmax: true, stochastic: true }, learned),
    ...findWarnings([noise], quiet, { images: 10_000, error: 0.8865, guessing: 0.8865 }),
  ]
  const text = all.map(({ rule, message }) => `[${rule}]\n${message}\n`).join('\n')
  await expect(text).toMatchFileSnapshot('golden/training/warnings.txt')
})

test('a protocol without attacks has nothing to say about attacks', () => {
  expect(findWarnings([noise], { softmax: true, stochastic: true }, learned)).toEqual([])
})

test.each([
  // √(0.9·0.1/100) = 0.03
  { error: 0.9, images: 100, guessing: 0.9, isRaised: true },
  { error: 0.841, images: 100, guessing: 0.9, isRaised: true },
  { error: 0.839, images: 100, guessing: 0.9, isRaised: false },
  { error: 0.95, images: 100, guessing: 0.9, isRaised: true },
  { error: 0.841, images: 10_000, guessing: 0.9, isRaised: false },
  // One class alone: there is nothing to learn.
  { error: 0, images: 100, guessing: 0, isRaised: false },
])('an error of $error on $images images where guessing has $guessing', ({ isRaised, ...clean }) => {
  const rules = findWarnings([], quiet, clean).map(({ rule }) => rule)
  expect(rules).toEqual(isRaised ? ['no better than guessing'] : [])
})

test('a variant is the mean and the sample standard deviation of its trials', () => {
  const trial = (number: number, error: number, level: number, zeroFraction: number): TrialResult => ({
    variant: 'cnn',
    trial: number,
    seed: 1,
    epochs: [],
    keptEpoch: 1,
    test: { images: 100, error, loss: 1 },
    sweeps: [
      { ...noise, points: [{ level: 0.5, measures: { error: level, activation_mse: 10 * level } }] },
      attack('fgsm', { 0.1: level }, { zeroFraction }),
    ],
    warnings: [],
  })
  const variant = { name: 'cnn', graphHash: 'h', parameters: { trainable: 1, total: 2 }, flops: 3 }
  const trials = [trial(1, 0.01, 0.2, 0), trial(2, 0.02, 0.4, 0.5), trial(3, 0.06, 0.9, 1)]
  const summary = summarizeVariant(variant, trials, [])
  expect(summary).toMatchObject({ ...variant, trials })
  expect(summary.error?.mean).toBeCloseTo(0.03, 12)
  // √((0.02² + 0.01² + 0.03²)/2)
  expect(summary.error?.std).toBeCloseTo(Math.sqrt(0.0014 / 2), 12)
  const [first, second] = summary.sweeps
  expect(first?.points[0]?.measures.error?.mean).toBeCloseTo(0.5, 12)
  expect(first?.points[0]?.measures.activation_mse?.std).toBeCloseTo(Math.sqrt((9 + 1 + 16) / 2), 10)
  expect([first?.zeroGradientFraction, second?.zeroGradientFraction?.mean]).toEqual([null, 0.5])
  const diverged = [{ trial: 2, seed: 7, reason: 'the loss is NaN' }]
  expect(summarizeVariant(variant, [...trials.slice(0, 1), ...trials.slice(2)], diverged)).toMatchObject({
    diverged,
    error: { mean: expect.closeTo(0.035, 12) },
  })
  expect(summarizeVariant(variant, [], diverged)).toMatchObject({ trials: [], diverged, error: null, sweeps: [] })
  expect(summarizeVariant(variant, trials.slice(0, 1), []).error).toEqual({ mean: 0.01, std: null })
})
