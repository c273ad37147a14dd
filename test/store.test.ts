import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DiagnosticError } from '../src/diagnostics/diagnostic.ts'
import { openRun } from '../src/study/store.ts'
import { makeOutcome, makePlan, makeStudy, makeVariant, protocol } from './study-fixtures.ts'

const plan = makePlan(makeStudy([makeVariant('cnn'), makeVariant('smooth')]))
let parent: string
let folder: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'wmnet-store-'))
  folder = join(parent, 'run')
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

/** The diagnostic that opening the folder ends with, with the folder's own path taken out. */
function refusal(open: () => unknown): string {
  try {
    open()
  } catch (caught) {
    if (!(caught instanceof DiagnosticError)) throw caught
    return caught.message.replaceAll(folder, 'RUN')
  }
  throw new Error('the folder was opened')
}

function storeOneTrial(loss?: number): void {
  const store = openRun(folder, plan, 'new')
  for (const job of plan.jobs.slice(0, 1)) store.saveTrial(job, makeOutcome('cnn', 1, loss), [])
  store.close()
}

describe('a run folder', () => {
  test('holds plan, trials and models, and nothing of the writing', () => {
    storeOneTrial()
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
      'models',
      'models/Table2-Quick',
      'models/Table2-Quick/cnn',
      'models/Table2-Quick/cnn/trial-1',
      'models/Table2-Quick/cnn/trial-1/model.json',
      'models/Table2-Quick/cnn/trial-1/weights.bin',
      'models/Table2-Quick/cnn/trial-1/weights.safetensors',
      'models/Table2-Quick/cnn/trial-1/wmnet.json',
      'plan.json',
      'trials',
      'trials/Table2-Quick',
      'trials/Table2-Quick/cnn',
      'trials/Table2-Quick/cnn/trial-1.json',
    ])
  })

  test('keeps the weights of every trained model', () => {
    const store = openRun(folder, plan, 'new')
    for (const job of plan.jobs) store.saveTrial(job, makeOutcome(job.variant, job.trial), [])
    store.close()
    const models = readdirSync(join(folder, 'models'), { recursive: true }).map(String)
    expect(models.filter((path) => path.endsWith('weights.bin')).sort()).toEqual(
      plan.jobs.map(({ key }) => `${key}/weights.bin`).sort(),
    )
  })

  test.each([0.25, Number.NaN, Number.POSITIVE_INFINITY])('gives a loss of %f back on resuming', (loss) => {
    storeOneTrial(loss)
    const store = openRun(folder, plan, 'resume')
    store.close()
    expect([...store.records.keys()]).toEqual(['Table2-Quick/cnn/trial-1'])
    expect(store.records.get('Table2-Quick/cnn/trial-1')?.result).toEqual(makeOutcome('cnn', 1, loss).result)
  })

  test('is not written over unasked', () => {
    storeOneTrial()
    expect(refusal(() => openRun(folder, plan, 'new'))).toBe('WM0801: RUN holds an unfinished run with 1 trial')
    writeFileSync(join(folder, 'results.json'), '{}')
    expect(refusal(() => openRun(folder, plan, 'new'))).toBe('WM0801: RUN holds results of 1 trial')
  })

  test('is free as long as no trial has finished', () => {
    openRun(folder, plan, 'new').close()
    expect(openRun(folder, plan, 'new').records.size).toBe(0)
  })

  test('loses its own files alone on overwriting', () => {
    storeOneTrial()
    for (const name of ['results.json', 'report.html', 'notes.md']) writeFileSync(join(folder, name), 'text')
    openRun(folder, plan, 'overwrite').close()
    expect(readdirSync(folder).sort()).toEqual(['notes.md', 'plan.json'])
  })

  test('of somebody else is left alone, whatever is asked', () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'thesis.tex'), 'text')
    for (const mode of ['new', 'resume', 'overwrite'] as const) {
      expect(refusal(() => openRun(folder, plan, mode))).toBe('WM0802: RUN holds thesis.tex, but no plan.json')
    }
    expect(readdirSync(folder)).toEqual(['thesis.tex'])
  })

  test('below a file cannot be written', () => {
    writeFileSync(folder, 'text')
    expect(refusal(() => openRun(folder, plan, 'new'))).toMatch(/^WM0805: RUN: a part of the path is a file/)
  })
})

describe('resuming', () => {
  test('names every difference of another plan', () => {
    storeOneTrial()
    const other = makePlan(
      makeStudy([makeVariant('cnn', 'another hash'), makeVariant('unsharp')], { ...protocol, seed: 1 }),
      { epochs: 9 },
    )
    expect(refusal(() => openRun(folder, other, 'resume'))).toBe(
      'WM0803: RUN was started otherwise: epochs: was 4, is 9; seed: was 2019, is 1; ' +
        'variant cnn has another graph; variant smooth is gone; variant unsharp is new',
    )
  })

  test('starts where there is nothing yet', () => {
    expect(openRun(folder, plan, 'resume').records.size).toBe(0)
  })

  test('refuses damaged files by name', () => {
    storeOneTrial()
    writeFileSync(join(folder, 'trials/Table2-Quick/cnn/trial-1.json'), '{"format":')
    expect(refusal(() => openRun(folder, plan, 'resume'))).toBe(
      'WM0806: RUN/trials/Table2-Quick/cnn/trial-1.json: not the result of Table2-Quick/cnn/trial-1',
    )
    writeFileSync(join(folder, 'plan.json'), '{}')
    expect(refusal(() => openRun(folder, plan, 'resume'))).toBe('WM0806: RUN/plan.json: not the plan of a wmnet run')
  })

  test('clears what a killed writer left', () => {
    storeOneTrial()
    mkdirSync(join(folder, '.partial'))
    writeFileSync(join(folder, '.partial/results.json'), '{"form')
    openRun(folder, plan, 'resume').close()
    expect(readdirSync(folder)).not.toContain('.partial')
  })
})

describe('two writers', () => {
  test('exclude each other', () => {
    const store = openRun(folder, plan, 'new')
    expect(refusal(() => openRun(folder, plan, 'resume'))).toBe(
      `WM0804: process ${process.pid} on ${hostname()} writes to RUN`,
    )
    store.close()
    expect(() => openRun(folder, plan, 'resume')).not.toThrow()
  })

  test('are one when the other is dead', () => {
    mkdirSync(folder)
    // Above every system's largest process number.
    writeFileSync(join(folder, '.lock'), `4194999@${hostname()}\n`)
    const store = openRun(folder, plan, 'new')
    expect(readFileSync(join(folder, '.lock'), 'utf8')).toBe(`${process.pid}@${hostname()}\n`)
    store.close()
  })
})
