import { alignComments, alignVariants, type PrintedRow } from './align.ts'
import { type Breaks, breakBodies } from './breaks.ts'
import { indentation, joinComments } from './canvas.ts'
import { printItem } from './print-item.ts'
import { isCommaSeparated, type Role } from './roles.ts'
import type { Block, CommentRow, Item } from './tree.ts'
import type { Comment } from './words.ts'

/** Prints each row in lines of its own, a line end before each. */
export function printRows(block: Block & { readonly role: Role }, column: number, breaks: Breaks): string {
  const print = (row: Block['rows'][number]): PrintedRow =>
    row.kind === 'item' ? printItemRow(row, block.role, column, breaks) : printCommentRow(row, column)
  const rows = alignVariants(block.rows.map(print), column, ({ item }) => {
    return item !== undefined && breakBodies(item.pieces, breaks) ? print(item) : undefined
  })
  return alignComments(rows)
    .map((text, index) => `${index > 0 && rows[index].isAfterBlank ? '\n' : ''}\n${' '.repeat(column)}${text}`)
    .join('')
}

function printItemRow(item: Item, role: Role, column: number, breaks: Breaks): PrintedRow {
  const suffix = isCommaSeparated(role) ? ',' : ''
  const continuation = role === 'plain' || role === 'subscript' || role === 'repeat' ? 0 : indentation
  const text = printItem(item, { column, continuation, suffix }, breaks)
  const [before, after] = splitTrailing(item.trailing, suffix)
  const { isAfterBlank } = item
  return { item, text: `${text}${joinComments(before)}${suffix}`, trailing: joinComments(after).slice(1), isAfterBlank }
}

/** Comments before the comma and those after it: a comment that ends a line cannot stand before. */
function splitTrailing(comments: readonly Comment[], suffix: string): [readonly Comment[], readonly Comment[]] {
  const endsLine = ({ isLine, text }: Comment): boolean => isLine || text.includes('\n')
  const first = comments.findIndex((comment) => comment.isAfterSeparator || endsLine(comment))
  const count = suffix === '' ? 0 : first < 0 ? comments.length : first
  return [comments.slice(0, count), comments.slice(count)]
}

function printCommentRow({ comments, isAfterBlank }: CommentRow, column: number): PrintedRow {
  const text = joinComments(comments.map((comment) => ({ ...comment, text: indentStars(comment.text, column) })))
  return { item: undefined, text: text.slice(1), trailing: '', isAfterBlank }
}

/** The lines of a comment that each begin with a star keep the stars below each other; any other stays as it is. */
function indentStars(comment: string, column: number): string {
  const [first, ...lines] = comment.split('\n')
  if (!lines.every((line) => /^[ \t]*\*/.test(line))) return comment
  return [first, ...lines.map((line) => `${' '.repeat(column + 1)}${line.replace(/^[ \t]+/, '')}`)].join('\n')
}
