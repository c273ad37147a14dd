import type { IToken, TokenType } from 'chevrotain'
import { type Diagnostic, error } from '../diagnostics/diagnostic.ts'
import { maxProblems } from './limits.ts'
import { maxDepth } from './nesting.ts'
import { describeToken, endOf, isA, makeToken, spanOf } from './token-facts.ts'
import {
  Ablation,
  Comma,
  Define,
  LBrace,
  LBracket,
  LParen,
  Name,
  Network,
  Newline,
  Protocol,
  RBrace,
  RBracket,
  RParen,
  Study,
} from './tokens.ts'

/** A stretch in which grammar errors only follow from a missing bracket. Offsets, both ends included. */
export interface MutedRange {
  readonly start: number
  readonly end: number
}

export interface Balanced {
  /** Every bracket has its partner: missing ones are put in (empty images), surplus ones taken out. */
  readonly tokens: readonly IToken[]
  readonly diagnostics: readonly Diagnostic[]
  readonly muted: readonly MutedRange[]
  /** So many brackets lack partners that the rest of the file is not looked at, nor worth parsing. */
  readonly isCut: boolean
}

interface State {
  readonly file: string
  readonly textLength: number
  readonly tokens: readonly IToken[]
  /** Open brackets, as indices into `tokens`. */
  readonly open: number[]
  /** The places in `open` that hold a `{`. */
  readonly bodies: number[]
  /** Closing brackets to put in before the token of that index. */
  readonly insertions: Map<number, IToken[]>
  /** Tokens to take out (undefined) or to put in the place of another. */
  readonly replacements: Map<number, IToken | undefined>
  readonly diagnostics: Diagnostic[]
  readonly muted: MutedRange[]
}

const partners = new Map<TokenType, TokenType>([
  [LParen, RParen],
  [LBracket, RBracket],
  [LBrace, RBrace],
])
const starters: ReadonlySet<TokenType> = new Set([Network, Define, Ablation, Protocol, Study])
const closingImages = new Map<TokenType, string>([
  [RParen, ')'],
  [RBracket, ']'],
  [RBrace, '}'],
])

/** Words of a line in which a bracket's partner, or its place, is looked for: that happens again for each error. */
const maxLookahead = 1000

/**
 * Pairs the brackets of a file and mends what does not pair, so that the parser meets only balanced ones.
 * A file with brackets open far beyond `maxDepth` is given back as it is, for `findTooDeep` to refuse.
 */
export function balance(file: string, textLength: number, tokens: readonly IToken[]): Balanced {
  const state: State = {
    ...{ file, textLength, tokens, open: [], bodies: [], diagnostics: [], muted: [] },
    ...{ insertions: new Map(), replacements: new Map() },
  }
  const { open, diagnostics, muted } = state
  for (let i = 0; i < tokens.length; i++) {
    const type = tokens[i].tokenType
    if (diagnostics.length > maxProblems) return { tokens, diagnostics, muted, isCut: true }
    if (starters.has(type) && startsDeclaration(tokens, i)) closeAll(state, i)
    if (type === LBrace || type === RBrace) closeRoundAndSquare(state, i)
    if (type === LParen || type === LBracket || type === LBrace) {
      if (open.length > 10 * maxDepth) return { tokens, diagnostics: [], muted: [], isCut: false }
      openBracket(state, i)
    } else if (closingImages.has(type)) closeBracket(state, i)
  }
  closeAll(state, tokens.length)
  return { tokens: mendedTokens(state), diagnostics, muted, isCut: false }
}

function openBracket({ open, bodies, tokens }: State, at: number): void {
  if (tokens[at].tokenType === LBrace) bodies.push(open.length)
  open.push(at)
}

/** Takes the innermost bracket from those that are open. Returns its index. */
function pop({ open, bodies }: State): number | undefined {
  if (bodies.at(-1) === open.length - 1) bodies.pop()
  return open.pop()
}

/** `network A` and the like at the start of a line: no body holds that, so every body must have ended. */
function startsDeclaration(tokens: readonly IToken[], at: number): boolean {
  const next = tokens.at(at + 1)
  return next !== undefined && isA(next, Name) && (at === 0 || tokens[at - 1].tokenType === Newline)
}

function closeBracket(state: State, at: number): void {
  const { tokens, open, bodies } = state
  const token = tokens[at]
  const body = bodies.at(-1) ?? -1
  const opener = token.tokenType === RBrace ? body : findOpener(state, token.tokenType, body)
  if (opener >= 0 && opener >= body) {
    while (open.length - 1 > opener) closeMissing(state, at)
    pop(state)
  } else if (token.tokenType !== RBrace && open.length - 1 > body && !hasLaterPartner(state, at)) {
    closeByWrongBracket(state, at)
  } else {
    state.replacements.set(at, undefined)
    const message = `found \`${token.image}\`, but no \`${openingImage(token.tokenType)}\` is open here`
    state.diagnostics.push(error('WM0109', message, { span: spanOf(state.file, token) }))
  }
}

/** The innermost open bracket in the body that a closing one fits; -1 where there is none. */
function findOpener({ tokens, open }: State, closer: TokenType, body: number): number {
  for (let i = open.length - 1; i > body; i--) {
    if (partners.get(tokens[open[i]].tokenType) === closer) return i
  }
  return -1
}

/** Whether the innermost bracket is still closed further on in the line, so that the one at hand is surplus. */
function hasLaterPartner({ tokens, open }: State, at: number): boolean {
  const opener = tokens[open[open.length - 1]].tokenType
  const closer = partners.get(opener)
  const end = Math.min(tokens.length, at + maxLookahead)
  let depth = 0
  for (let i = at + 1; i < end && tokens[i].tokenType !== Newline; i++) {
    if (tokens[i].tokenType === opener) depth++
    else if (tokens[i].tokenType === closer && depth-- === 0) return true
  }
  return false
}

function closeByWrongBracket(state: State, at: number): void {
  const opener = state.tokens[pop(state) ?? at]
  const token = state.tokens[at]
  const closer = partners.get(opener.tokenType) ?? RParen
  state.replacements.set(at, makeToken(closer, token.image, token.startOffset))
  const message = `found \`${token.image}\`, wanted \`${closingImages.get(closer)}\``
  const labels = [{ span: spanOf(state.file, opener), message: `this \`${opener.image}\` is to be closed` }]
  state.diagnostics.push(error('WM0108', message, { span: spanOf(state.file, token), labels }))
}

/** Braces stand in no round or square bracket, so at a brace these must be closed. */
function closeRoundAndSquare(state: State, at: number): void {
  while (state.open.length > 0 && state.tokens[state.open[state.open.length - 1]].tokenType !== LBrace) {
    closeMissing(state, at)
  }
}

/** Ends everything open before the declaration, or the end of the file, at index `at`. */
function closeAll(state: State, at: number): void {
  closeRoundAndSquare(state, at)
  if (state.open.length === 0) return
  const innermost = state.open.slice(-3).map((index) => state.tokens[index])
  const found = state.tokens.at(at)
  const offset = found?.startOffset ?? state.textLength
  const message = `found ${found === undefined ? 'the end of the file' : describeToken(found)}, wanted \`}\``
  const span = found === undefined ? { file: state.file, start: offset, end: offset } : spanOf(state.file, found)
  const labels = innermost.map((token) => ({ span: spanOf(state.file, token), message: 'this `{` is never closed' }))
  state.diagnostics.push(error('WM0108', message, { span, labels }))
  while (pop(state) !== undefined) insert(state, at, RBrace, offset)
}

/** Puts in the partner of the innermost bracket, whose absence shows at index `at`. */
function closeMissing(state: State, at: number): void {
  const { file, tokens, textLength } = state
  const index = pop(state) ?? at
  const opener = tokens[index]
  const place = findPlace(state, index, at)
  const found = tokens.at(place)
  const closer = partners.get(opener.tokenType) ?? RParen
  const previous = tokens[place - 1]
  const start = found === undefined || found.tokenType === Newline ? endOf(previous) : found.startOffset
  const end = found === undefined || found.tokenType === Newline ? start : endOf(found)
  const foundText = found === undefined ? 'the end of the file' : describeToken(found)
  const labels = [{ span: spanOf(file, opener), message: `this \`${opener.image}\` is never closed` }]
  const message = `found ${foundText}, wanted \`${closingImages.get(closer)}\``
  state.diagnostics.push(error('WM0108', message, { span: { file, start, end }, labels }))
  // After `conv(` or `conv(32,` the next lines are arguments, and make no sense as statements.
  const goesOn = isA(previous, Comma, LParen, LBracket)
  state.muted.push({ start, end: goesOn ? (tokens.at(at)?.startOffset ?? textLength) : start })
  insert(state, place, closer, start)
}

/**
 * Where a missing bracket is taken to belong: at the end of the opening one's line, or before the token that showed
 * its absence when that is nearer or when it opens the body of a declaration, whose parameters may fill many lines.
 */
function findPlace({ tokens, open, insertions, replacements }: State, opener: number, at: number): number {
  if (open.length === 0 && tokens.at(at)?.tokenType === LBrace) return at
  const end = Math.min(at, opener + 1 + maxLookahead)
  let depth = 0
  for (let i = opener + 1; i < end; i++) {
    const { tokenType } = tokens[i]
    depth -= insertions.get(i)?.length ?? 0
    if (tokenType === Newline && depth <= 0) return i
    if (partners.has(tokenType)) depth++
    else if (closingImages.has(tokenType) && !(replacements.has(i) && replacements.get(i) === undefined)) depth--
  }
  return at
}

function insert({ insertions }: State, at: number, type: TokenType, offset: number): void {
  const tokens = insertions.get(at) ?? []
  tokens.push(makeToken(type, '', offset))
  insertions.set(at, tokens)
}

function mendedTokens({ tokens, insertions, replacements }: State): readonly IToken[] {
  if (insertions.size === 0 && replacements.size === 0) return tokens
  const mended: IToken[] = []
  for (let i = 0; i <= tokens.length; i++) {
    mended.push(...(insertions.get(i) ?? []))
    const token = replacements.has(i) ? replacements.get(i) : tokens.at(i)
    if (token !== undefined) mended.push(token)
  }
  return mended
}

function openingImage(closer: TokenType): string {
  return closer === RParen ? '(' : closer === RBracket ? '[' : '{'
}
