/** A code point of source text as it is shown: what stands for it, and how many columns that takes. */
export interface Cell {
  readonly text: string
  readonly width: number
}

const tabWidth = 4
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
const combining = /[\p{Mn}\p{Me}]/u
/** East Asian wide and fullwidth forms, and symbols shown as emoji: two columns (after Unicode's UAX 11). */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u

/** The cells of a line, tabs filled up to the next multiple of four. */
export function toCells(line: string): Cell[] {
  let column = 0
  return [...line].map((character) => {
    const text = character === '\t' ? ' '.repeat(tabWidth - (column % tabWidth)) : toVisible(character)
    const width = character === '\t' ? text.length : widthOf(text)
    column += width
    return { text, width }
  })
}

/** A message in one line, without anything that steers a terminal or turns the reading direction. */
export function toPrintable(text: string): string {
  return [...text.replaceAll(/\s*[\n\r]+\s*/g, ' ')].map(toVisible).join('')
}

/** Control characters as their pictures (U+2400 …), other invisible ones as U+FFFD. */
function toVisible(character: string): string {
  if (!invisible.test(character)) return character
  const codePoint = character.codePointAt(0) ?? 0
  if (codePoint < 0x20) return String.fromCodePoint(0x2400 + codePoint)
  return codePoint === 0x7f ? '\u2421' : '\uFFFD'
}

function widthOf(character: string): number {
  if (combining.test(character)) return 0
  return wide.test(character) ? 2 : 1
}
