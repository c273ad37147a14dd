import type { SourceFile } from '../syntax/ast.ts'
import { endOf, isA } from '../syntax/token-facts.ts'
import { Comma, LBrace, LBracket, LParen, RBrace, RBracket, RParen } from '../syntax/tokens.ts'
import { placeComments } from './place-comments.ts'
import { findRoles, isCommaSeparated, type Role, type Roles } from './roles.ts'
import { joinPiece } from './spacing.ts'
import type { Block, Group, Item, Piece, Row } from './tree.ts'
import { type Comment, type Gap, joinGaps, readWords, type Word, type Words } from './words.ts'

interface Reader extends Words {
  readonly roles: Roles
  /** Where the bracket ends that closes the one that opens there. */
  readonly ends: ReadonlyMap<Word, number>
  /** The index of the next word. */
  at: number
}

interface ReadBlock extends Block {
  /** Whether a line ends directly between its brackets. */
  readonly isBroken: boolean
  /** Whether one ends anywhere between them. */
  readonly spansLines: boolean
}

/** @param file parsed without errors */
export function readTree(file: SourceFile): Block {
  const { words, end } = readWords(file.path, file.text)
  return readBlock({ words, end, roles: findRoles(file), ends: findEnds(words), at: 0 }, 'body', 'nothing')
}

/** Reads rows up to the closing bracket, which it leaves, or the end of the file. */
function readBlock(reader: Reader, role: Role, opener: 'bracket' | 'nothing'): ReadBlock {
  const rows: Row[] = []
  const afterOpen: Comment[] = []
  let trailing = afterOpen
  let previous: 'item' | 'bracket' | 'nothing' = opener
  let isBroken = false
  let spansLines = false
  let comma: Gap | undefined
  for (;;) {
    const word = reader.words.at(reader.at)
    const isItem = word !== undefined && !isCloser(word)
    const gap = comma === undefined ? (word?.gap ?? reader.end) : joinGaps(comma, word?.gap ?? reader.end)
    const placed = placeComments(gap, previous, isItem)
    for (const comment of placed.trailing) trailing.push(comment)
    for (const row of placed.rows) rows.push(row)
    isBroken ||= gap.spansLines
    if (!isItem) return { afterOpen, rows, isBroken, spansLines: spansLines || isBroken }
    const read = readPieces(reader, role)
    trailing = []
    const pieces = [...leadingPieces(placed.leading), ...read.pieces]
    rows.push({ kind: 'item', pieces, trailing, isAfterBlank: placed.isAfterBlank } satisfies Item)
    isBroken ||= read.isBroken
    spansLines ||= read.spansLines
    previous = 'item'
    comma = read.comma
  }
}

function leadingPieces(comments: readonly Comment[]): Piece[] {
  return comments.map((content) => ({ content, before: 'space' }))
}

interface ReadItem {
  readonly pieces: readonly Piece[]
  /** The gap before the comma that ends the item. */
  readonly comma: Gap | undefined
  readonly isBroken: boolean
  readonly spansLines: boolean
}

/** Reads the words of one item. The gap before the first is the block's to look at. */
function readPieces(reader: Reader, role: Role): ReadItem {
  const pieces: Piece[] = []
  let [isBroken, spansLines] = [false, false]
  for (let previous: Word | undefined; ; ) {
    const word = reader.words.at(reader.at)
    if (word === undefined || isCloser(word) || (word.startsStatement && previous !== undefined)) break
    if (isA(word.token, Comma) && isCommaSeparated(role)) {
      reader.at++
      return { pieces, comma: word.gap, isBroken, spansLines }
    }
    const content = isOpener(word) ? readGroup(reader, previous) : word
    if (content === word) reader.at++
    if (content.kind === 'group') spansLines ||= content.spansLines
    const left = pieces.at(-1)?.content
    if (left === undefined) pieces.push({ content, before: 'space' })
    else {
      for (const piece of joinPiece(left, content, { roles: reader.roles, role })) pieces.push(piece)
      isBroken ||= word.gap.spansLines
    }
    previous = reader.words[reader.at - 1]
  }
  return { pieces, comma: undefined, isBroken, spansLines }
}

function readGroup(reader: Reader, previous: Word | undefined): Group {
  const open = reader.words[reader.at++]
  const role = roleOf(reader, open, previous)
  const block = readBlock(reader, role, 'bracket')
  const close = reader.words[reader.at++]
  // A body is in one line as a whole or not at all.
  const isBroken = !isEmpty(block) && (role === 'body' ? block.spansLines : block.isBroken)
  const { afterOpen, rows } = block
  const spansLines = isBroken || (!isEmpty(block) && block.spansLines)
  return { kind: 'group', role, open, close, afterOpen, rows, isBroken, spansLines }
}

function roleOf({ roles, ends }: Reader, open: Word, previous: Word | undefined): Role {
  const after = previous === undefined ? undefined : roles.after.get(previous.token.startOffset)
  if (isA(open.token, LParen)) return after ?? 'plain'
  const known = roles.from.get(open.token.startOffset) ?? roles.until.get(ends.get(open) ?? -1)
  return known ?? (isA(open.token, LBrace) ? 'body' : 'plain')
}

function findEnds(words: readonly Word[]): ReadonlyMap<Word, number> {
  const ends = new Map<Word, number>()
  const open: Word[] = []
  for (const word of words) {
    if (isOpener(word)) open.push(word)
    const opener = isCloser(word) ? open.pop() : undefined
    if (opener !== undefined) ends.set(opener, endOf(word.token))
  }
  return ends
}

function isEmpty({ afterOpen, rows }: Block): boolean {
  return afterOpen.length === 0 && rows.length === 0
}

function isOpener({ token }: Word): boolean {
  return isA(token, LParen, LBracket, LBrace)
}

function isCloser({ token }: Word): boolean {
  return isA(token, RParen, RBracket, RBrace)
}
