import { isA } from '../syntax/token-facts.ts'
import { Comma } from '../syntax/tokens.ts'
import type { Block, Group, Piece } from './tree.ts'

/** What the formatter breaks because it is too wide for one line, beside what the writer broke. It only ever grows. */
export interface Breaks {
  readonly groups: Set<Group>
  /** Pieces that begin a line. */
  readonly pieces: Set<Piece>
}

export function isBroken(group: Group, breaks: Breaks): boolean {
  return group.isBroken || breaks.groups.has(group)
}

/**
 * Breaks the outermost that can be broken: first the bodies, then after the commas that stand in no brackets, then the
 * widest brackets. Returns whether there was anything.
 */
export function breakSegment(segment: readonly Piece[], breaks: Breaks): boolean {
  return breakBodies(segment, breaks) || breakAtCommas(segment, breaks) || breakWidest(segment, breaks)
}

export function breakBodies(segment: readonly Piece[], breaks: Breaks): boolean {
  const bodies = unbrokenGroups(segment, breaks).filter(({ role }) => role === 'body')
  for (const body of bodies) breaks.groups.add(body)
  return bodies.length > 0
}

function breakAtCommas(segment: readonly Piece[], breaks: Breaks): boolean {
  const isComma = ({ content }: Piece): boolean => content.kind === 'word' && isA(content.token, Comma)
  // Comments at the end of the line belong to what they follow.
  const last = segment.findLastIndex(({ content }) => content.kind !== 'comment')
  const starts = segment.filter((_, index) => 0 < index && index <= last && isComma(segment[index - 1]))
  for (const piece of starts) breaks.pieces.add(piece)
  return starts.length > 0
}

/** Brackets around an index or a count are broken only where there are no others. */
function breakWidest(segment: readonly Piece[], breaks: Breaks): boolean {
  const rank = ({ role }: Group): number => (role === 'subscript' || role === 'repeat' ? 0 : 1)
  const [widest] = unbrokenGroups(segment, breaks)
    .map((group) => ({ group, length: lengthOf(group) }))
    .sort((a, b) => rank(b.group) - rank(a.group) || b.length - a.length)
  if (widest === undefined) return false
  breaks.groups.add(widest.group)
  return true
}

function unbrokenGroups(segment: readonly Piece[], breaks: Breaks): Group[] {
  return segment.flatMap(({ content }) => {
    const isBreakable = content.kind === 'group' && !isBroken(content, breaks) && content.rows.some(isItem)
    return isBreakable ? [content] : []
  })
}

/** The length of the words in it, whatever their layout. */
function lengthOf({ rows }: Block): number {
  let length = 0
  for (const row of rows) {
    for (const { content } of row.kind === 'item' ? row.pieces : []) {
      if (content.kind === 'word') length += content.token.image.length
      else if (content.kind === 'group') length += lengthOf(content) + 2
    }
  }
  return length
}

function isItem(row: Group['rows'][number]): boolean {
  return row.kind === 'item'
}
