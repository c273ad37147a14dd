/** Where the formatter breaks lines. */
const lineWidth = 120

/** A line of code as several where it is too long, laid out as biome does. A comment stays behind the last one. */
export function wrapLine(text: string): readonly string[] {
  const [, code = text, comment = ''] = /^(.*?)( \/\/ [^'"`]*)?$/.exec(text) ?? []
  const lines = wrapCode(code)
  return lines.map((each, index) => (index === lines.length - 1 ? `${each}${comment}` : each))
}

function wrapCode(code: string): readonly string[] {
  const group = code.length > lineWidth ? groupToBreak(code) : undefined
  if (group === undefined) return [code]
  const { before, inner, after } = group
  const margin = /^ */.exec(code)?.[0] ?? ''
  const parts = splitAtCommas(inner)
  const [only = ''] = parts
  // A single object or list keeps the brackets around it on its lines.
  const isHugged = parts.length === 1 && /^[[{].*[\]}]$/.test(only)
  const [open, close] = isHugged ? [only.slice(0, 1), only.slice(-1)] : ['', '']
  const own = isHugged ? splitAtCommas(only.slice(1, -1)) : parts
  const wrapped = own.flatMap((part) => wrapCode(`${margin}  ${part},`))
  return [`${before}${open}`, ...wrapped, `${margin}${close}${after}`]
}

interface Group {
  /** With the opening bracket. */
  readonly before: string
  readonly inner: string
  /** From the closing bracket on. */
  readonly after: string
}

/** `for (const [i, channels] of enumerate([32, 32, 8])) {`, `for (const [w, norm] of zip(weights.conv1, weights.norm1)) {` */
const loopOverSeveral = /^( *for \(const .* of (?:enumerate\(\[|zip\())(.*?)(\]?\)\) \{)$/

/** The last group of brackets that is in no other; of a loop's head, the list. */
function groupToBreak(code: string): Group | undefined {
  const [, before, inner = '', after = ''] = loopOverSeveral.exec(code) ?? []
  if (before !== undefined) return { before, inner, after }
  if (/^ *(for|if|\} else if) \(/.test(code)) return undefined
  const closed = code.replace(/ \{$/, '')
  const groups = outerGroups(closed)
  const [start, end] = groups.at(-1) ?? []
  if (start === undefined || end === undefined) return undefined
  return { before: code.slice(0, start + 1), inner: code.slice(start + 1, end).trim(), after: code.slice(end) }
}

/** From where to where, brackets included. */
function outerGroups(code: string): readonly (readonly [number, number])[] {
  const groups: [number, number][] = []
  const open: number[] = []
  for (const { index, char } of outsideStrings(code)) {
    if ('([{'.includes(char)) open.push(index)
    else if (')]}'.includes(char)) {
      const start = open.pop()
      if (start !== undefined && open.length === 0) groups.push([start, index])
    }
  }
  return groups
}

function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = []
  let [depth, start] = [0, 0]
  for (const { index, char } of outsideStrings(text)) {
    if ('([{'.includes(char)) depth++
    else if (')]}'.includes(char)) depth--
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, index).trim())
      start = index + 1
    }
  }
  return [...parts, text.slice(start).trim()].filter((part) => part !== '')
}

function outsideStrings(text: string): readonly { readonly index: number; readonly char: string }[] {
  const blank = text.replace(/'[^']*'|`[^`]*`/g, (string) => ' '.repeat(string.length))
  return [...blank].map((char, index) => ({ index, char }))
}
