/** A place in a text. Lines and columns count from 1, columns in code points; the offset is in UTF-16 units from 0. */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

export interface SourceMap {
  readonly text: string
  /** Line and column of an offset; what lies beyond the text is at its end. */
  locate(offset: number): Position
  /** Where the text of a line (from 1) starts and ends, its line break left out. */
  lineBounds(line: number): { readonly start: number; readonly end: number }
}

const byteOrderMark = '\uFEFF'

/** Finds lines and columns. A byte-order mark takes no column; lines end with LF, CRLF or CR. */
function createSourceMap(text: string): SourceMap {
  const starts = findLines(text)
  const countColumns = createColumnCounter(text)
  const findLine = (offset: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (starts[middle] <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
  return {
    text,
    locate(offset) {
      const inside = Math.min(Math.max(offset, starts[0]), text.length)
      const line = findLine(inside)
      return { line, column: countColumns(starts[line - 1], inside) + 1, offset }
    },
    lineBounds(line) {
      const start = starts[line - 1]
      return { start, end: line < starts.length ? beforeBreak(text, starts[line]) : text.length }
    },
  }
}

/** Where lines start, as plain numbers: a text may be millions of newlines. */
function findLines(text: string): Uint32Array {
  let count = 1
  for (let at = nextLine(text, 0); at !== undefined; at = nextLine(text, at)) count++
  const starts = new Uint32Array(count)
  starts[0] = text.startsWith(byteOrderMark) ? 1 : 0
  let line = 1
  for (let at = nextLine(text, 0); at !== undefined; at = nextLine(text, at)) starts[line++] = at
  return starts
}

/** Where the line after the one at `from` starts; undefined in the last line. */
function nextLine(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x0a) return at + 1
    if (code === 0x0d) return text.charCodeAt(at + 1) === 0x0a ? at + 2 : at + 1
  }
  return undefined
}

function beforeBreak(text: string, nextStart: number): number {
  return text.startsWith('\r\n', nextStart - 2) ? nextStart - 2 : nextStart - 1
}

/**
 * Counts the code points between two offsets. Goes on from the last count where it can: a file may be a single line,
 * whose start is far from every error.
 */
function createColumnCounter(text: string): (from: number, to: number) => number {
  let last = { from: 0, to: 0, count: 0 }
  return (from, to) => {
    const isFurther = last.from === from && last.to <= to && !splitsPair(text, last.to)
    let { to: at, count } = isFurther ? last : { to: from, count: 0 }
    for (; at < to; count++) at += at + 1 < to && splitsPair(text, at + 1) ? 2 : 1
    last = { from, to, count }
    return count
  }
}

/** Whether the characters before and at an offset are the two halves of one code point. */
function splitsPair(text: string, at: number): boolean {
  const isHigh = (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
  return isHigh && (text.charCodeAt(at) & 0xfc00) === 0xdc00
}

/** Source maps of a set of texts, each made when it is first asked for. */
export function createSourceMaps(sources: ReadonlyMap<string, string>): (file: string) => SourceMap | undefined {
  const maps = new Map<string, SourceMap>()
  return (file) => {
    const text = sources.get(file)
    if (text === undefined) return undefined
    const map = maps.get(file) ?? createSourceMap(text)
    maps.set(file, map)
    return map
  }
}
