import { cleanLine } from './text.ts'

const ACRONYMS: ReadonlySet<string> = new Set(['mse'])

/** A measure's key in running text: `activation_mse(at=stem)` as `activation MSE (at=stem)`. */
export function measureName(measure: string): string {
  const [name = '', ...args] = cleanLine(measure).split('(')
  const words = name.split('_').map((word) => (ACRONYMS.has(word) ? word.toUpperCase() : word))
  return [words.join(' '), ...args].join(' (')
}

/** Whether a measure is a fraction of the test images, shown in percent. */
export function isFraction(measure: string): boolean {
  return measure === 'error' || /^\w+_(fraction|error)(\(|$)/.test(measure)
}
