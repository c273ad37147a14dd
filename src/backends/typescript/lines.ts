/** A line of a function's body, or a block with lines of its own. Texts decide whether two are equal, shapes do not. */
export type Line = TextLine | BlockLine

interface TextLine {
  readonly kind: 'text'
  readonly text: string
  /** What the line puts out, once for each place that it stands for. */
  readonly shapes: readonly string[]
}

interface BlockLine {
  readonly kind: 'block'
  /** `for (const w of weights.conv1)`, `if (…)` */
  readonly head: string
  readonly body: readonly Line[]
  /** Directly behind the closing brace: `else if (…) { … }`. */
  readonly next?: BlockLine
}

export function line(text: string, shape?: string): Line {
  return { kind: 'text', text, shapes: shape === undefined || shape === '' ? [] : [shape] }
}

/** The same for lines that do the same. */
export function textOf(lines: readonly Line[]): string {
  return lines
    .map((each): string => {
      if (each.kind === 'text') return each.text
      return `${each.head} {\n${textOf(each.body)}\n}${each.next === undefined ? '' : ` else ${textOf([each.next])}`}`
    })
    .join('\n')
}

/** Lines with equal texts as one, with the shapes of all. */
export function mergeLines(all: readonly (readonly Line[])[]): readonly Line[] {
  const [first = []] = all
  return first.map((one, index) => mergeLine(all.map((lines) => lines[index] ?? one)))
}

function mergeLine(all: readonly Line[]): Line {
  const [first] = all
  if (first === undefined) throw new Error('no line to merge')
  if (first.kind === 'text') {
    return { ...first, shapes: all.flatMap((one) => (one.kind === 'text' ? one.shapes : [])) }
  }
  const blocks = all.flatMap((one) => (one.kind === 'block' ? [one] : []))
  const body = mergeLines(blocks.map((block) => block.body))
  if (first.next === undefined) return { ...first, body }
  const next = mergeLine(blocks.flatMap((block) => block.next ?? []))
  return next.kind === 'block' ? { ...first, body, next } : { ...first, body }
}

/** As source, with the shapes behind the lines. */
export function printLines(lines: readonly Line[]): readonly string[] {
  return lines.flatMap((each): readonly string[] => {
    if (each.kind === 'text') return [`${each.text}${printShapes(each.shapes)}`]
    const own = [`${each.head}${each.head === '' ? '' : ' '}{`, ...indent(printLines(each.body))]
    if (each.next === undefined) return [...own, '}']
    const [head = '', ...rest] = printLines([each.next])
    return [...own, `} else ${head}`, ...rest]
  })
}

export function indent(lines: readonly string[]): readonly string[] {
  return lines.map((text) => (text === '' ? '' : `  ${text}`))
}

/** Of several, the first and the last. */
function printShapes(shapes: readonly string[]): string {
  const distinct = [...new Set(shapes)]
  if (distinct.length === 0) return ''
  return ` // ${distinct.length <= 3 ? distinct.join(', ') : `${distinct[0]}, ${distinct[1]} … ${distinct.at(-1)}`}`
}

/** Bodies without the lines that they all begin or end with: for an `if` between those. */
export function splitCommon(bodies: readonly (readonly Line[])[]): {
  readonly start: readonly Line[]
  readonly middles: readonly (readonly Line[])[]
  readonly end: readonly Line[]
} {
  const shortest = Math.min(...bodies.map((body) => body.length))
  const isCommon = (at: (body: readonly Line[]) => Line | undefined): boolean => {
    return new Set(bodies.map((body) => textOf([at(body)].flatMap((one) => one ?? [])))).size === 1
  }
  let before = 0
  while (before < shortest && isCommon((body) => body[before])) before++
  let after = 0
  while (after < shortest - before && isCommon((body) => body[body.length - 1 - after])) after++
  const cut = (body: readonly Line[]) => body.slice(before, body.length - after)
  // What is declared in the middle is not in view behind it.
  const declared = bodies.flatMap((body) =>
    [...textOf(cut(body)).matchAll(/^const (\w+)/gm)].map(([, name = '']) => name),
  )
  const isIndependent = (body: readonly Line[]) => {
    const text = textOf(body.slice(body.length - after))
    return declared.every((name) => !new RegExp(`\\b${name}\\b`).test(text))
  }
  if (!bodies.every(isIndependent)) after = 0
  return {
    start: mergeLines(bodies.map((body) => body.slice(0, before))),
    middles: bodies.map(cut),
    end: mergeLines(bodies.map((body) => body.slice(body.length - after))),
  }
}
