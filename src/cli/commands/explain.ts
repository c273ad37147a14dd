import { type Code, codes } from '../../diagnostics/codes.ts'
import { DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import type { Terminal } from '../terminal.ts'
import { didYouMean } from '../usage.ts'

/** `wmnet explain CODE`: what a diagnostic means and what to do. */
export function explain(word: string, terminal: Terminal): number {
  const code = word.toUpperCase()
  if (!isCode(code)) {
    throw new DiagnosticError([
      error('WM0910', `'${word}' is no code of wmnet`, { hints: didYouMean(code, Object.keys(codes)) }),
    ])
  }
  const { title, explanation } = codes[code]
  terminal.out(`${code}: ${title}\n\n${explanation}\n`)
  return 0
}

function isCode(word: string): word is Code {
  return Object.hasOwn(codes, word)
}
