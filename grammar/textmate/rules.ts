import { gap } from './words.ts'

/** What a capture is: a scope, or patterns that cut it further. */
export type Capture = { readonly name: string } | { readonly patterns: readonly Rule[] }

/** One pattern of a TextMate grammar. */
export interface Rule {
  readonly include?: string
  readonly name?: string
  readonly match?: string
  readonly begin?: string
  readonly end?: string
  readonly captures?: Readonly<Record<string, Capture>>
  readonly beginCaptures?: Readonly<Record<string, Capture>>
  readonly endCaptures?: Readonly<Record<string, Capture>>
  readonly patterns?: readonly Rule[]
}

/** Rules by name, to be included as `#name`. */
export type Repository = Readonly<Record<string, Rule>>

export function include(...names: readonly string[]): readonly Rule[] {
  return names.map((name) => ({ include: `#${name}` }))
}

/** A word of a heading and its scope. */
export interface Word {
  readonly text: string
  readonly scope: string
}

export function word(text: string, scope: string): Word {
  return { text, scope: scoped(scope) }
}

export function scoped(scope: string): string {
  return `${scope}.wmnet`
}

/**
 * A regular expression for words in a row, of which all but the first may still be missing, and its captures: the words and the comments
 * between them. Words must not hold groups that capture.
 */
export function inRow(...words: readonly Word[]): {
  readonly regex: string
  readonly captures: Record<string, Capture>
} {
  const captures: Record<string, Capture> = {}
  words.forEach(({ scope }, i) => {
    if (i > 0) captures[2 * i] = { patterns: include('closed-comment') }
    captures[2 * i + 1] = { name: scope }
  })
  const regex = words.reduceRight((rest, { text }, i) => {
    const tail = rest === '' ? '' : `(?:${rest})?`
    return i === 0 ? `(${text})${tail}` : `(${gap})(${text})${tail}`
  }, '')
  return { regex, captures }
}

/** A rule that matches words in a row and nothing more. */
export function matchRow(...words: readonly Word[]): Rule {
  const { regex, captures } = inRow(...words)
  return { match: regex, captures }
}

/** A rule from words in a row up to an end. */
export function regionFrom(words: readonly Word[], end: string, patterns: readonly Rule[]): Rule {
  const { regex, captures } = inRow(...words)
  return { begin: regex, beginCaptures: captures, end, patterns }
}
