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
  const breaks = [...text.matchAll(/\r\n|\n|\r/g)]
  const starts = [text.startsWith(byteOrderMark) ? 1 : 0, ...breaks.map((match) => match.index + match[0].length)]
  const ends = [...breaks.map((match) => match.index), text.length]
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
      const column = [...text.slice(starts[line - 1], inside)].length + 1
      return { line, column, offset }
    },
    lineBounds: (line) => ({ start: starts[line - 1], end: ends[line - 1] }),
  }
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
