import type { Role } from './roles.ts'
import type { Comment, Word } from './words.ts'

/**
 * A text as the formatter sees it: brackets in brackets. What holds statements or items is a list of rows, which stand
 * each in a line of its own or all in one.
 */
export interface Block {
  /** Comments that go on in the line of the opening bracket when the block fills several lines. */
  readonly afterOpen: readonly Comment[]
  readonly rows: readonly Row[]
}
export type Row = CommentRow | Item

/** A line of comments alone. */
export interface CommentRow {
  readonly kind: 'comments'
  readonly comments: readonly Comment[]
  readonly isAfterBlank: boolean
}
/** A statement, or what stands between two commas of a list. */
export interface Item {
  readonly kind: 'item'
  readonly pieces: readonly Piece[]
  /** Comments that follow in its line, before or after the separator. */
  readonly trailing: readonly Comment[]
  readonly isAfterBlank: boolean
}

export interface Piece {
  readonly content: Word | Comment | Group
  /** What stands before it in its item; `line` begins a line. Nothing counts before the first. */
  readonly before: 'nothing' | 'space' | 'line'
}
export interface Group extends Block {
  readonly kind: 'group'
  readonly role: Role
  readonly open: Word
  readonly close: Word
  /** Whether it was written over several lines, and so stays. */
  readonly isBroken: boolean
  /** Whether it, or a group within it, is broken. */
  readonly spansLines: boolean
}
