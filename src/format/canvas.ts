import type { Comment } from './words.ts'

export const maxColumns = 120
export const indentation = 2

/** Text being written, and how wide its own lines get: those that only this writer can break. */
export interface Canvas {
  text: string
  column: number
  /** The widest line since it was last set to 0. */
  widest: number
}

export function openCanvas(column: number): Canvas {
  return { text: '', column, widest: 0 }
}

export function put(canvas: Canvas, text: string): void {
  canvas.text += text
  canvas.column += widthOf(text)
  canvas.widest = Math.max(canvas.widest, canvas.column)
}

/** Text that is as wide as it is: comments, and lines that have been fitted already. */
export function putFixed(canvas: Canvas, text: string): void {
  canvas.text += text
  const lineStart = text.lastIndexOf('\n') + 1
  canvas.column = lineStart === 0 ? canvas.column + widthOf(text) : widthOf(text.slice(lineStart))
}

export function putLineEnd(canvas: Canvas, column: number): void {
  canvas.text += `\n${' '.repeat(column)}`
  canvas.column = column
}

/** In code points: what most editors and terminals take for one column. */
export function widthOf(text: string): number {
  let width = text.length
  for (const _ of text.matchAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)) width--
  return width
}

/** Comments of one line, a blank before each. */
export function joinComments(comments: readonly Comment[]): string {
  return comments.map(({ text }) => ` ${text}`).join('')
}
