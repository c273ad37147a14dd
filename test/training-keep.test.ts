import { expect, test } from 'vitest'
import type { EpochResult } from '../src/study/results.ts'
import { keeps } from '../src/training/keep/index.ts'

const epoch = (number: number, validationError: number | null, validationLoss: number | null): EpochResult => ({
  epoch: number,
  loss: 1,
  validationError,
  validationLoss,
})

/** The epoch that is kept after all of them, as training runs through them. */
function keptOf(name: string, args: Readonly<Record<string, string>>, epochs: readonly EpochResult[]): number {
  const spec = keeps.get(name)
  if (spec === undefined) throw new Error(name)
  return epochs.reduce((kept, ended) => (spec.replaces(args, ended, kept) ? ended : kept)).epoch
}

const history = [epoch(1, 0.3, 0.9), epoch(2, 0.1, 0.5), epoch(3, 0.1, 0.4), epoch(4, 0.2, 0.4)]

test('best keeps the earliest of the best epochs by what it is told to', () => {
  expect(keptOf('best', { of: 'validation_error' }, history)).toBe(2)
  expect(keptOf('best', { of: 'validation_loss' }, history)).toBe(3)
})

test('last keeps the last epoch, also without validation', () => {
  expect(keptOf('last', {}, [epoch(1, null, null), epoch(2, null, null)])).toBe(2)
})
