import type { TokenType } from 'chevrotain'
import {
  After,
  All,
  As,
  Before,
  BinaryOperator,
  DotDot,
  Else,
  Equals,
  Expect,
  False,
  If,
  In,
  PrefixOperator,
  Step,
  Then,
  True,
  Under,
  Where,
  With,
  Within,
  X,
} from '../../src/syntax/tokens.ts'
import { type Capture, include, inRow, matchRow, type Repository, type Rule, scoped, type Word, word } from './rules.ts'
import {
  builtin,
  declarationLine,
  gap,
  keyword,
  malformedNumber,
  membersOf,
  name,
  nextWordBut,
  number,
  percentage,
  repeat,
  shape,
  sign,
  statementEnd,
} from './words.ts'

/** `all conv`, but not `all with conv`, `all after stem`: there, `all` is itself the name. */
export const all = word(
  `${keyword(All)}(?=${gap}${name})(?!${gap}${keyword(With, Where, After, Before, Expect)})`,
  'keyword.control.selector',
)
const label: readonly Word[] = [word(keyword(As), 'keyword.control.as'), word(name, 'entity.name.label')]

/** A place where values stand. The words that may follow a value there are names wherever a value may begin. */
interface Place {
  /** Of the rule in the repository. */
  readonly id: string
  /** Brackets hold lines in any number; elsewhere a value ends with its line, comma or not. */
  readonly isInBrackets?: boolean
  readonly followers: readonly (readonly Word[])[]
  /** What may follow and leaves room for more: `conv(8) x3 as stem`. */
  readonly suffix?: { readonly start: string; readonly patterns: readonly Rule[] }
}

const step = follower(Step)
/** What may follow a layer or a `}`. */
export const suffix = {
  start: `${repeat}|${keyword(X)}(?=${gap}\\()|${keyword(As)}`,
  patterns: [
    { match: repeat, name: scoped('constant.numeric.repeat') },
    { match: `${keyword(X)}(?=${gap}\\()`, name: scoped('keyword.operator.repeat') },
    matchRow(...label),
  ],
} as const

const places: readonly Place[] = [
  { id: 'value', isInBrackets: true, followers: [step] },
  { id: 'line-value', followers: [step] },
  { id: 'layer-value', followers: [step], suffix },
  { id: 'selected-value', followers: [follower(Step, Before, After, Where, With, Expect)] },
  { id: 'inserted-value', followers: [[...follower(Before, After), all], follower(Step, Where, Expect)] },
  { id: 'matched-value', followers: [follower(Step, Within)] },
  { id: 'run-value', followers: [follower(Under)] },
]

function follower(...tokens: readonly TokenType[]): readonly Word[] {
  return [word(keyword(...tokens), 'keyword.control.word')]
}

/** Expressions, in every place where one may stand, and what they are made of. */
export const values: Repository = {
  ...Object.fromEntries(
    places.flatMap((place) => [
      [place.id, valueAt(place)],
      [`${place.id}-operand`, operandAt(place)],
    ]),
  ),
  arguments: {
    ...brackets('(', ')'),
    patterns: [{ match: `${name}(?=${gap}=(?!=))`, name: scoped('variable.parameter') }, ...include('comma', 'value')],
  },
  brackets: {
    ...brackets('[', ']'),
    patterns: include('comma', 'value'),
  },
  string: stringWith(),
  message: stringWith({
    match: String.raw`\{\s*[A-Za-z_][0-9A-Za-z_.]*\s*\}`,
    name: scoped('constant.other.placeholder'),
  }),
  continuation: {
    ...{
      begin: ',',
      beginCaptures: { 0: { name: scoped('punctuation.separator.comma') } },
      end: `${nextWordBut('')}|${declarationLine}`,
    },
    patterns: include('comment'),
  },
  'reserved-word': {
    patterns: [
      { match: keyword(If, Then, Else), name: scoped('keyword.control.conditional') },
      { match: keyword(In, As), name: scoped('keyword.control.word') },
      { match: letterOperators(), name: scoped('keyword.operator.logical') },
    ],
  },
  operator: {
    patterns: [
      { match: sign(DotDot), name: scoped('keyword.operator.range') },
      { match: signOperators(), name: scoped('keyword.operator') },
      { match: sign(Equals), name: scoped('keyword.operator.assignment') },
    ],
  },
  illegal: {
    patterns: [
      { match: malformedNumber, name: scoped('invalid.illegal.number') },
      {
        match: String.raw`'[^'\n]*'|!(?!=)|[^0-9A-Za-z_ \t\n\x{FEFF}!"()\[\]{},:;=<>+*/%.-]`,
        name: scoped('invalid.illegal.character'),
      },
    ],
  },
}

/** `( … )` or `[ … ]`: braces and declarations end it where it was not closed. */
export function brackets(open: string, close: string): Pick<Rule, 'begin' | 'beginCaptures' | 'end' | 'endCaptures'> {
  const kind = open === '(' ? 'parens' : 'brackets'
  return {
    begin: `\\${open}`,
    beginCaptures: { 0: { name: scoped(`punctuation.section.${kind}.begin`) } },
    end: `(\\${close})|(?=[{}])|${declarationLine}`,
    endCaptures: { 1: { name: scoped(`punctuation.section.${kind}.end`) } },
  }
}

/** `{ … }`, which a declaration at the start of a line ends where it was not closed. */
export function braces(): Pick<Rule, 'begin' | 'beginCaptures' | 'end' | 'endCaptures'> {
  return {
    begin: '\\{',
    beginCaptures: { 0: { name: scoped('punctuation.section.braces.begin') } },
    end: `(\\})|${declarationLine}`,
    endCaptures: { 1: { name: scoped('punctuation.section.braces.end') } },
  }
}

function valueAt({ id, isInBrackets = false }: Place): Rule {
  const around = isInBrackets ? include('comment') : include('closed-comment', 'continuation')
  return { patterns: [...around, ...include('illegal', `${id}-operand`, 'reserved-word', 'operator')] }
}

/** A word that has a value, or what a bracket or string begins, up to the next word that is not part of it. */
function operandAt({ isInBrackets = false, followers, suffix: goesOn }: Place): Rule {
  const kinds = [
    [builtin, 'support.function.builtin'],
    [keyword(True, False), 'constant.language.boolean'],
    [`${name}(?=${gap}\\()`, 'entity.name.function.call'],
    [name, 'variable.other'],
    [shape, 'constant.numeric.shape'],
    [percentage, 'constant.numeric.percentage'],
    [number, 'constant.numeric.decimal'],
  ]
  const { regex: ends, captures } = followersAt(followers)
  const other = nextWordBut('(\\["')
  const end = [
    ends,
    goesOn === undefined ? other : `(?!${goesOn.start})${other}`,
    ...(isInBrackets ? [declarationLine] : [statementEnd]),
  ]
  return {
    begin: [...kinds.map(([regex]) => `(${regex})`), '(?=[(\\["])'].join('|'),
    beginCaptures: Object.fromEntries(kinds.map(([, scope], i) => [i + 1, { name: scoped(scope) }])),
    end: end.join('|'),
    endCaptures: captures,
    patterns: [
      ...include(isInBrackets ? 'comment' : 'closed-comment'),
      ...(goesOn?.patterns ?? []),
      ...include('arguments', 'brackets', 'string'),
    ],
  }
}

/** All ways to go on after a value in one expression, with the captures numbered through. */
function followersAt(followers: readonly (readonly Word[])[]): { regex: string; captures: Record<string, Capture> } {
  const captures: Record<string, Capture> = {}
  const regexes = followers.map((words) => {
    const row = inRow(...words)
    const before = Object.keys(captures).length
    for (const [number, capture] of Object.entries(row.captures)) captures[before + Number(number)] = capture
    return row.regex
  })
  return { regex: regexes.join('|'), captures }
}

function stringWith(...extra: readonly Rule[]): Rule {
  return {
    name: scoped('string.quoted.double'),
    begin: '"',
    beginCaptures: { 0: { name: scoped('punctuation.definition.string.begin') } },
    end: '(")|$',
    endCaptures: { 1: { name: scoped('punctuation.definition.string.end') } },
    patterns: [
      { match: String.raw`\\(?:["\\nt]|u\{[0-9A-Fa-f]{1,6}\})`, name: scoped('constant.character.escape') },
      { match: String.raw`\\[^\n]?`, name: scoped('invalid.illegal.escape') },
      ...extra,
    ],
  }
}

function letterOperators(): string {
  return keyword(...membersOf(BinaryOperator, 'letters'), ...membersOf(PrefixOperator, 'letters'))
}

/** A `/` that starts a comment is no operator. */
function signOperators(): string {
  return `(?!/[/*])${sign(...membersOf(BinaryOperator, 'signs'))}`
}
