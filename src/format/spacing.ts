import { isA } from '../syntax/token-facts.ts'
import { Colon, Comma, DotDot, Else, Equals } from '../syntax/tokens.ts'
import type { Role, Roles } from './roles.ts'
import type { Group, Piece } from './tree.ts'
import type { Comment, Word } from './words.ts'

type Content = Word | Comment | Group

/** What decides how two pieces of an item stand beside each other. */
export interface Spacing {
  readonly roles: Roles
  /** Of the brackets directly around the item. */
  readonly role: Role
}

/** What stands before `right` where everything is in one line. */
function spaceBetween(left: Content, right: Content, { roles, role }: Spacing): 'nothing' | 'space' {
  if (right.kind === 'comment') return 'space'
  if (right.kind === 'word' && isA(right.token, Comma, Colon)) return 'nothing'
  if (left.kind === 'comment') return 'space'
  if (right.kind === 'group' && ['arguments', 'parameters', 'subscript', 'repeat'].includes(right.role)) {
    return 'nothing'
  }
  if (left.kind === 'word' && roles.signs.has(left.token.startOffset) && left.token.image === '-') return 'nothing'
  const isTight = (content: Content): boolean =>
    content.kind === 'word' && (isA(content.token, DotDot) || (role === 'arguments' && isA(content.token, Equals)))
  return isTight(left) || isTight(right) ? 'nothing' : 'space'
}

/** Whether a line end between the two is the writer's to set: not where nothing stands, around `=` or before a body. */
function keepsLineEnd(left: Content, right: Content, spacing: Spacing): boolean {
  const isEquals = (content: Content): boolean => content.kind === 'word' && isA(content.token, Equals)
  if (isEquals(left) || isEquals(right) || closesHead(left, right)) return false
  return spaceBetween(left, right, spacing) === 'space'
}

/** Before a body, and between a body and its `else`. */
export function closesHead(left: Content | undefined, right: Content): boolean {
  if (right.kind === 'group') return right.role === 'body' || right.role === 'names'
  return left?.kind === 'group' && left.role === 'body' && right.kind === 'word' && isA(right.token, Else)
}

/** The pieces of a comment's gap and the word or group after it. */
export function joinPiece(left: Content, right: Word | Group, spacing: Spacing): Piece[] {
  const { comments, breaks } = right.kind === 'word' ? right.gap : right.open.gap
  const pieces: Piece[] = comments.map((comment) => ({
    content: comment,
    before: comment.breaks > 0 ? 'line' : 'space',
  }))
  const last = comments.at(-1)
  if (last === undefined) {
    const before = breaks > 0 && keepsLineEnd(left, right, spacing) ? 'line' : spaceBetween(left, right, spacing)
    return [{ content: right, before }]
  }
  const before = breaks > 0 ? 'line' : spaceBetween(last, right, spacing)
  return [...pieces, { content: right, before }]
}
