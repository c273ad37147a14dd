import { cleanText } from './text.ts'

/** Text that is markup already. Only `html` and `raw` make it, so that nothing from a file gets in unescaped. */
export interface Markup {
  readonly markup: string
}

type Part = Markup | string | number | readonly Part[]

/** A template whose every interpolated string is escaped; markup is taken as it is, lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.reduce((text, next, index) => `${text}${partText(parts[index - 1] ?? '')}${next}`) }
}

/** Declares a string of wmnet's own making to be markup. */
export function raw(markup: string): Markup {
  return { markup }
}

function partText(part: Part): string {
  if (typeof part === 'string') return escapeText(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(partText).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Safe as text and inside quoted attributes, in HTML and in XML 1.0. */
export function escapeText(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
