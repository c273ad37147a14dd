import { describe, expect, test } from 'vitest'
import { createDisplay } from '../../src/cli/progress/display.ts'
import { summarizeProgress } from '../../src/cli/progress/live.ts'
import { describeState, fractionOf } from '../../src/cli/progress/trial-line.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import type { TrialProgress } from '../../src/study/job.ts'
import { makeOutcome, makePlan, makeStudy, makeVariant } from '../study-fixtures.ts'

const plan = makePlan(makeStudy([makeVariant('cnn'), makeVariant('smooth')]))

function createTerminal(
  live: boolean,
  columns = 60,
): { readonly terminal: Terminal; shown(): string; rows(): string[] } {
  let text = ''
  const note = (more: string): void => {
    text += more
  }
  const terminal = { out: () => {}, note, outColor: false, noteColor: false, live, columns }
  return { terminal, shown: () => text, rows: () => replay(text) }
}

/** What stands on a screen after the text: an escape sequence moves up and erases downwards. */
function replay(text: string): string[] {
  const [start = '', ...moves] = text.split('\u001b[').filter((part) => part !== '0J')
  let rows = start.split('\n')
  for (const move of moves) {
    // `2A` and `0J` with what is printed after it.
    const up = /^(\d+)A$/.exec(move)?.[1]
    if (up !== undefined) rows = [...rows.slice(0, rows.length - 1 - Number(up)), '']
    else rows = [...rows.slice(0, -1), ...move.replace(/^0J/, rows.at(-1) ?? '').split('\n')]
  }
  return rows
}

const training = (epoch: number, batch: number): TrialProgress => ({
  kind: 'training',
  epoch,
  epochs: 4,
  batch,
  batches: 10,
  loss: 0.51234,
  imagesPerSecond: 812.4,
})

describe('a log', () => {
  test('has one line per event that matters', () => {
    const { terminal, shown } = createTerminal(false)
    const display = createDisplay(terminal, plan, 0)
    for (const job of plan.jobs.slice(0, 1)) {
      for (const received of [0, 5, 10]) display.onFetch({ kind: 'loading', file: 'images.gz', received, total: 10 })
      display.onStart(job)
      display.onProgress(job, training(1, 3))
      const result = { epoch: 1, loss: 0.4, validationError: 0.042, validationLoss: 0.3 }
      display.onProgress(job, { kind: 'epoch', epochs: 4, result, imagesPerSecond: 800 })
      display.onDone(job, makeOutcome('cnn', 1))
    }
    expect(shown().split('\n')).toEqual([
      'fetching images.gz',
      'cnn 1/2: started',
      'cnn 1/2: epoch 1/4  loss 0.4000  validation error 4.20 %  800 images/s',
      'cnn 1/2: done, test error 10.00 % in 2.0 s (1 of 4 trials)',
      '',
    ])
  })
})

describe('a terminal', () => {
  test('shows running trials and the whole in place, and keeps what is finished', () => {
    const { terminal, rows } = createTerminal(true)
    const display = createDisplay(terminal, plan, 0)
    const [first, second] = plan.jobs
    if (first === undefined || second === undefined) throw new Error('the plan has two jobs')
    display.onStart(first)
    display.onStart(second)
    expect(rows()).toEqual(['cnn 1/2     starting', 'smooth 1/2  starting', '0 of 4 trials  0 %', ''])
    display.onDone(first, makeOutcome('cnn', 1))
    const [done, running, total] = rows()
    expect([done, running]).toEqual(['cnn 1/2     test error 10.00 % in 2.0 s', 'smooth 1/2  starting'])
    expect(total).toMatch(/^1 of 4 trials {2}25 % {2}.* left$/)
    display.note('stopping')
    display.stop()
    expect(rows()).toEqual(['cnn 1/2     test error 10.00 % in 2.0 s', 'stopping', ''])
  })

  test('cuts lines that would wrap', () => {
    const { terminal, rows } = createTerminal(true, 20)
    const display = createDisplay(terminal, plan, 0)
    for (const job of plan.jobs) display.onStart(job)
    for (const row of rows()) expect(row.length).toBeLessThan(20)
  })
})

describe('a trial in words', () => {
  const [job] = plan.jobs
  if (job === undefined) throw new Error('the plan has a job')

  test.each<[TrialProgress | null, string, number]>([
    [null, 'starting', 0],
    [
      { kind: 'loading', file: 'a.gz', received: 500, total: 1000 },
      'fetching a.gz  ██████████░░░░░░░░░░ 500B of 1.00kB',
      0,
    ],
    [{ kind: 'loading', file: 'a.gz', received: 500, total: null }, 'fetching a.gz  500B', 0],
    [training(3, 5), 'epoch 3/4  loss 0.5123  validation error 4.20 %  812 images/s', 0.5],
    [{ kind: 'evaluating', done: 1, total: 4 }, 'evaluating 25 %', 0.85],
  ])('%o', (progress, words, fraction) => {
    const epoch = { epoch: 2, loss: 0.4, validationError: 0.042, validationLoss: 0.3 }
    expect(describeState({ job, progress, epoch })).toBe(words)
    expect(fractionOf(progress)).toBeCloseTo(fraction)
  })

  test('the time left follows from the work of this process alone', () => {
    const state = { job, progress: training(3, 5), epoch: null }
    const total = { done: 6, all: 10, before: 5, seconds: 30 }
    // 1.5 trials in 30 s; 3.5 are left.
    expect(summarizeProgress([state], total)).toBe('6 of 10 trials  65 %  1 min 10 s left')
  })
})
