import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'

/** Values of options, read and checked; each throws a DiagnosticError (WM0904) that names the option. */

export function readCount(option: string): (text: string) => number {
  return (text) => readInteger(option, text, 1)
}

/** As many as tfjs's threaded build holds ready. */
/** tfjs's own kernels take no more. */
export const mostThreads = 8

export function readThreads(text: string): number {
  const threads = readInteger('--threads', text, 1)
  if (threads <= mostThreads) return threads
  throw new DiagnosticError([error('WM0904', `--threads takes at most ${mostThreads}, not ${threads}`)])
}

export function readSeed(option: string): (text: string) => number {
  return (text) => readInteger(option, text, 0)
}

export function readChoice<const C extends readonly string[]>(option: string, choices: C): (text: string) => C[number] {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text)
    if (choice !== undefined) return choice
    throw new DiagnosticError([
      error('WM0904', `${option} takes ${choices.join(', ')}, not '${text}'`, { hints: didYouMean(text, choices) }),
    ])
  }
}

/** Comma-separated names; the option may also be given several times. */
export function collectNames(
  option: string,
): (text: string, before: readonly string[] | undefined) => readonly string[] {
  return (text, before) => {
    const names = text.split(',').map((name) => name.trim())
    if (names.every((name) => name !== '')) return [...(before ?? []), ...names]
    throw new DiagnosticError([error('WM0904', `${option} takes names separated by commas, not '${text}'`)])
  }
}

/** Two names, apart or with a comma between them. */
export function collectPair(
  option: string,
): (text: string, before: readonly string[] | undefined) => readonly string[] {
  const collect = collectNames(option)
  return (text, before) => {
    const names = collect(text, before)
    if (names.length <= 2) return names
    const hints = [`all that follows ${option} is a name: give the file before it`]
    throw new DiagnosticError([error('WM0904', `${option} takes two names, '${names[2]}' is the third`, { hints })])
  }
}

export function didYouMean(word: string, candidates: Iterable<string>): readonly string[] {
  const nearest = suggest(word, candidates)
  return nearest === undefined ? [] : [`did you mean '${nearest}'?`]
}

function readInteger(option: string, text: string, min: number): number {
  const value = Number(text)
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value
  throw new DiagnosticError([error('WM0904', `${option} takes a whole number of at least ${min}, not '${text}'`)])
}
