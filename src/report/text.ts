/**
 * Names, labels and sources come from files and may hold anything. Characters that a terminal obeys, that XML 1.0
 * forbids or that reorder the text around them are replaced by visible ones.
 */
export function cleanText(text: string): string {
  let clean = ''
  for (const character of text.replaceAll('\r\n', '\n')) clean += visible(character, character.codePointAt(0) ?? 0)
  return clean
}

/** As `cleanText`, on one line. */
export function cleanLine(text: string): string {
  return cleanText(text.replace(/[\t\n\r]+/g, ' '))
}

function visible(character: string, code: number): string {
  if (code === 0x09 || code === 0x0a) return character
  // The control pictures ␀ … ␟ stand for U+0000 … U+001F, ␡ for DEL.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  const isC1 = code >= 0x80 && code <= 0x9f
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  const isNoncharacter = (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef)
  return isC1 || isSurrogate || isNoncharacter || isBidiControl(code) ? '\ufffd' : character
}

/** The controls that can make a source or a name read differently from what it says. */
function isBidiControl(code: number): boolean {
  return (
    code === 0x061c ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  )
}

/** At most `limit` characters: the middle, which generated names share least, gives way. */
export function shorten(text: string, limit: number): string {
  const characters = [...cleanLine(text)]
  if (characters.length <= limit) return characters.join('')
  const tail = Math.floor((limit - 1) / 2)
  return `${characters.slice(0, limit - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`
}

/** Each name shortened; where two become the same, their numbers tell them apart. */
export function shortNames(names: readonly string[], limit: number): readonly string[] {
  const short = names.map((name) => shorten(name, limit))
  return short.map((name, index) => (short.indexOf(name) === short.lastIndexOf(name) ? name : `${name} #${index + 1}`))
}

/** As a word of a command for a POSIX shell, on one line. */
export function shellWord(word: string): string {
  const line = cleanLine(word)
  return /^[\w./:=@,+-]+$/.test(line) ? line : `'${line.replaceAll("'", "'\\''")}'`
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** `1 trial`, `3 trials`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** File names without an extension: lower-case letters, digits, `-` and `_` only, each different from the others. */
export function safeNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const safe =
      name
        .toLowerCase()
        .replace(/[^a-z0-9_]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 80) || 'unnamed'
    let unique = safe
    for (let n = 2; taken.has(unique); n += 1) unique = `${safe}-${n}`
    taken.add(unique)
    return unique
  })
}
