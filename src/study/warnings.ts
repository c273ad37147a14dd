import type { LogitInspection } from './evaluate-logits.ts'
import type { RobustnessWarning, SweepResult } from './results.ts'

/** How far a curve may fall before it counts: half a percentage point. */
const margin = 0.005

/** The clean test set, as the network and as guessing does on it. */
export interface CleanTest {
  readonly images: number
  /** Fraction of misclassified images, 0..1. */
  readonly error: number
  /** The error of answering the most frequent class always, 0..1. */
  readonly guessing: number
}

/** Reasons to doubt the numbers of one trial. Quiet where there is none. */
export function findWarnings(
  sweeps: readonly SweepResult[],
  logits: LogitInspection,
  clean: CleanTest,
): RobustnessWarning[] {
  const attacks = sweeps.filter(({ kind }) => kind === 'attack')
  return [
    ...guessingWarnings(clean),
    ...(attacks.length === 0 ? [] : outputWarnings(logits)),
    ...attacks.slice(0, 1).flatMap(gradientWarnings),
    ...attacks.flatMap(monotoneWarnings),
    ...oneStepWarnings(attacks),
  ]
}

/** Below guessing by less than two standard errors of a share of so many images. */
function guessingWarnings({ images, error, guessing }: CleanTest): RobustnessWarning[] {
  const deviation = Math.sqrt((guessing * (1 - guessing)) / images)
  if (guessing === 0 || error < guessing - 2 * deviation) return []
  const message =
    `the clean error is ${printPercent(error)}, and always answering the most frequent class gives ${printPercent(guessing)}: ` +
    'the network has not learned. A curve that stays flat from there is no robustness.'
  return [{ rule: 'no better than guessing', message }]
}

function outputWarnings({ softmax, stochastic }: LogitInspection): RobustnessWarning[] {
  return [
    ...(softmax
      ? [
          {
            rule: 'softmax outputs',
            message:
              "all outputs lie in [0, 1] and sum to 1: the network ends in a softmax, and the attacks' loss takes a second one, " +
              'which flattens gradients. End the network with its logits.',
          },
        ]
      : []),
    ...(stochastic
      ? [
          {
            rule: 'stochastic model',
            message:
              'two passes over the same test images differ: a single gradient is one draw of many, so gradient attacks ' +
              'look weaker than they are.',
          },
        ]
      : []),
  ]
}

/** The clean gradient is the same for all attacks of a trial, so the first one speaks for them. */
function gradientWarnings({ gradients }: SweepResult): RobustnessWarning[] {
  if (gradients === null) return []
  const { zeroFraction, nonFiniteFraction } = gradients
  return [
    ...(zeroFraction > 0
      ? [
          {
            rule: 'zero gradients',
            message:
              `${printPercent(zeroFraction)} of the test images have a loss gradient of exactly zero: a gradient attack cannot ` +
              'move them from where they are, so its error is a lower bound. Large logits are the usual cause.',
          },
        ]
      : []),
    ...(nonFiniteFraction > 0
      ? [
          {
            rule: 'non-finite gradients',
            message:
              `${printPercent(nonFiniteFraction)} of the test images have a loss gradient with NaN or infinite elements: ` +
              'attacks leave those elements alone, so their error is a lower bound.',
          },
        ]
      : []),
  ]
}

function monotoneWarnings({ call, parameter, points }: SweepResult): RobustnessWarning[] {
  const sorted = points.flatMap(({ level, measures }) =>
    measures.error === undefined ? [] : [{ level, error: measures.error }],
  )
  sorted.sort((a, b) => a.level - b.level)
  let worst = sorted[0]
  let fall: { from: Point; to: Point } | undefined
  for (const to of sorted) {
    if (worst === undefined || to.error >= worst.error) worst = to
    else if (worst.error - to.error > Math.max(margin, fall === undefined ? 0 : fall.from.error - fall.to.error))
      fall = { from: worst, to }
  }
  if (fall === undefined) return []
  const { from, to } = fall
  const message =
    `${call}: error falls from ${printPercent(from.error)} at ${parameter} ${from.level} to ${printPercent(to.error)} at ${to.level}. ` +
    'A larger budget contains the smaller one, so the attack is failing there, not the network resisting.'
  return [{ rule: 'not monotone', message }]
}

interface Point {
  readonly level: number
  readonly error: number
}

/** PGD may take FGSM's step and more, so it must not do worse. Compared at equal ε and norm. */
function oneStepWarnings(attacks: readonly SweepResult[]): RobustnessWarning[] {
  const iterated = attacks.filter(({ name }) => name === 'pgd')
  const single = attacks.filter(({ name }) => name === 'fgsm')
  return single.flatMap((fgsm) =>
    iterated.flatMap((pgd) => (normOf(fgsm) === normOf(pgd) ? compareSteps(fgsm, pgd) : [])),
  )
}

function compareSteps(fgsm: SweepResult, pgd: SweepResult): RobustnessWarning[] {
  for (const { level, measures } of fgsm.points) {
    const one = measures.error
    const many = pgd.points.find((point) => point.level === level)?.measures.error
    if (one !== undefined && many !== undefined && one - many > margin) {
      const message =
        `at eps ${level} one FGSM step reaches ${printPercent(one)} error and PGD only ${printPercent(many)}: either PGD's steps ` +
        "are too few or too short to cross the ball, or gradients mislead, as masked ones do. PGD's error is no worst case here."
      return [{ rule: 'one step beats many', message }]
    }
  }
  return []
}

function normOf({ call }: SweepResult): string | undefined {
  return /\bnorm=(\w+)/.exec(call)?.[1]
}

/** 12 %, 0.34 %: two digits where they matter. */
function printPercent(fraction: number): string {
  const percent = fraction * 100
  return `${percent >= 10 ? percent.toFixed(0) : Number(percent.toPrecision(2))} %`
}
