import { isA } from '../syntax/token-facts.ts'
import { Equals, Variant } from '../syntax/tokens.ts'
import { maxColumns, widthOf } from './canvas.ts'
import type { Item } from './tree.ts'

export interface PrintedRow {
  /** Undefined for a row of comments. */
  readonly item: Item | undefined
  /** Without the indentation of its first line. */
  readonly text: string
  /** Comments after it, in its line. */
  readonly trailing: string
  readonly isAfterBlank: boolean
}

/**
 * Puts the bodies, or `=`, of variants that stand in one line each below each other. Where that makes a row too wide,
 * `breakRow` may give one whose body is broken; the others are then aligned without it.
 */
export function alignVariants(
  rows: readonly PrintedRow[],
  column: number,
  breakRow: (row: PrintedRow) => PrintedRow | undefined,
): readonly PrintedRow[] {
  let current = rows
  for (;;) {
    const aligned = padVariants(current)
    let isSettled = true
    current = current.map((row, index) => {
      if (aligned[index] === row || column + widthOf(aligned[index].text) <= maxColumns) return row
      const broken = breakRow(row)
      if (broken !== undefined) isSettled = false
      return broken ?? row
    })
    if (isSettled) return aligned
  }
}

function padVariants(rows: readonly PrintedRow[]): readonly PrintedRow[] {
  const padded = [...rows]
  const isApart = (row: PrintedRow): boolean =>
    isInSeveralLines(row) || (row.item !== undefined && headOf(row) === undefined)
  for (const [start, end] of findRuns(rows, isApart)) {
    const heads = rows.slice(start, end).map(headOf)
    const width = widest(heads.map((head) => head ?? ''))
    for (const [offset, head] of heads.entries()) {
      if (head === undefined) continue
      const row = rows[start + offset]
      const pad = ' '.repeat(width - widthOf(head))
      if (pad !== '') padded[start + offset] = { ...row, text: `${head}${pad}${row.text.slice(head.length)}` }
    }
  }
  return padded
}

/** `variant NAME` of a variant whose body or sum follows directly. */
function headOf({ item }: PrintedRow): string | undefined {
  if (item === undefined || item.pieces.length < 3) return undefined
  const [keyword, name, definition] = item.pieces
  const isDefinition =
    definition.content.kind === 'group' || (definition.content.kind === 'word' && isA(definition.content.token, Equals))
  if (keyword.content.kind !== 'word' || keyword.content.token.tokenType !== Variant) return undefined
  if (name.content.kind !== 'word' || definition.before !== 'space' || !isDefinition) return undefined
  return `${keyword.content.token.image} ${name.content.token.image}`
}

/** The rows as texts, the trailing comments of neighbouring lines below each other. */
export function alignComments(rows: readonly PrintedRow[]): readonly string[] {
  const texts = rows.map(({ text, trailing }) => (trailing === '' ? text : `${text} ${trailing}`))
  for (const [start, end] of findRuns(rows, isInSeveralLines)) {
    const width = widest(rows.slice(start, end).map(({ text, trailing }) => (trailing === '' ? '' : text)))
    for (let index = start; index < end; index++) {
      const { text, trailing } = rows[index]
      if (trailing !== '') texts[index] = `${text}${' '.repeat(width - widthOf(text))} ${trailing}`
    }
  }
  return texts
}

/** Stretches of rows, as first index and index after the last, without blank lines and without rows that stand apart. */
function findRuns(rows: readonly PrintedRow[], isApart: (row: PrintedRow) => boolean): [number, number][] {
  const runs: [number, number][] = []
  let start = 0
  for (const [index, row] of rows.entries()) {
    if (row.isAfterBlank || isApart(row)) {
      runs.push([start, index])
      start = isApart(row) ? index + 1 : index
    }
  }
  return [...runs, [start, rows.length]]
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, widthOf(text)), 0)
}

function isInSeveralLines({ text, trailing }: PrintedRow): boolean {
  return text.includes('\n') || trailing.includes('\n')
}
