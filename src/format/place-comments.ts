import type { CommentRow } from './tree.ts'
import type { Comment, Gap } from './words.ts'

/** Comments between two neighbours, given to the one whose line they share. */
export interface PlacedComments {
  /** In the line of what comes before. */
  readonly trailing: readonly Comment[]
  readonly rows: readonly CommentRow[]
  /** In the line of the item that comes after. */
  readonly leading: readonly Comment[]
  /** Whether a blank line stands before the item that comes after, its leading comments included. */
  readonly isAfterBlank: boolean
}

/**
 * @param previous what the gap follows: an item, an opening bracket, or nothing at the start of a file
 * @param isBeforeItem false before a closing bracket and at the end of a file
 */
export function placeComments(
  gap: Gap,
  previous: 'item' | 'bracket' | 'nothing',
  isBeforeItem: boolean,
): PlacedComments {
  const { comments } = gap
  const hasBreaks = gap.breaks > 0 || comments.some(({ breaks }) => breaks > 0)
  return hasBreaks ? placeByLines(gap, previous, isBeforeItem) : placeInLine(comments, previous, isBeforeItem)
}

function placeByLines(gap: Gap, previous: 'item' | 'bracket' | 'nothing', isBeforeItem: boolean): PlacedComments {
  const lines = splitLines(gap.comments)
  const sharesFirst = previous !== 'nothing' && lines.length > 0 && lines[0][0].breaks === 0
  const trailing = sharesFirst ? lines[0] : []
  const others = sharesFirst ? lines.slice(1) : lines
  const leading = isBeforeItem && gap.breaks === 0 ? (others.at(-1) ?? []) : []
  const alone = leading.length > 0 ? others.slice(0, -1) : others
  return {
    trailing,
    rows: alone.map((line) => ({ kind: 'comments', comments: line, isAfterBlank: line[0].isAfterBlank })),
    leading,
    isAfterBlank: leading.length > 0 ? leading[0].isAfterBlank : gap.endsBlank,
  }
}

/** In one line a separator tells to which side a comment belongs. */
function placeInLine(
  comments: readonly Comment[],
  previous: 'item' | 'bracket' | 'nothing',
  isBeforeItem: boolean,
): PlacedComments {
  const none = { trailing: [], rows: [], leading: [], isAfterBlank: false }
  if (comments.length === 0) return none
  if (previous === 'item') {
    const isLeading = (comment: Comment): boolean => isBeforeItem && comment.isAfterSeparator
    return {
      ...none,
      trailing: comments.filter((comment) => !isLeading(comment)),
      leading: comments.filter(isLeading),
    }
  }
  if (isBeforeItem) return { ...none, leading: comments }
  return { ...none, rows: [{ kind: 'comments', comments, isAfterBlank: false }] }
}

function splitLines(comments: readonly Comment[]): Comment[][] {
  const lines: Comment[][] = []
  for (const comment of comments) {
    const line = lines.at(-1)
    if (line === undefined || comment.breaks > 0) lines.push([comment])
    else line.push(comment)
  }
  return lines
}
