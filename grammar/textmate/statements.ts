import {
  Block,
  Branch,
  Default,
  Densely,
  Else,
  Equals,
  For,
  If,
  Input,
  Let,
  Parallel,
  Require,
  Residual,
} from '../../src/syntax/tokens.ts'
import { include, matchRow, type Repository, type Rule, regionFrom, scoped, word } from './rules.ts'
import { braces, suffix } from './values.ts'
import { declarationLine, gap, keyword, name, nextWordBut, sign, statementEnd } from './words.ts'

/** Where a heading ends that a body must follow: after the body, or where something else follows. */
export const bodyEnd = `(?<=\\})|${nextWordBut('({')}|${declarationLine}`

/** The statements of networks and defines. At the start of a statement these keywords are never names. */
export const statements: Repository = {
  'network-body': { ...braces(), patterns: include('statement') },
  statement: {
    patterns: [
      ...include('comment', 'suffix', 'network-body', 'semicolon', 'illegal'),
      ...include('input', 'residual', 'parallel', 'for', 'if', 'let', 'require', 'default', 'layer'),
      ...include('reserved-word', 'operator'),
    ],
  },
  input: regionFrom([word(keyword(Input), 'keyword.control.input')], statementEnd, include('line-value')),
  residual: regionFrom(
    [word(keyword(Residual, Densely), 'keyword.control.structure')],
    statementEnd,
    include('closed-comment', 'arguments'),
  ),
  parallel: regionFrom(
    [word(keyword(Parallel), 'keyword.control.structure')],
    bodyEnd,
    include('comment', 'arguments', 'parallel-body'),
  ),
  'parallel-body': {
    ...braces(),
    patterns: [
      ...include('comment', 'semicolon'),
      matchRow(word(keyword(Branch), 'keyword.control.structure')),
      ...include('network-body'),
    ],
  },
  for: regionFrom(
    [word(keyword(For), 'keyword.control.loop'), word(name, 'variable.other.declaration')],
    statementEnd,
    include('line-value'),
  ),
  if: {
    patterns: [
      regionFrom([word(keyword(If), 'keyword.control.conditional')], statementEnd, include('line-value')),
      { match: keyword(Else), name: scoped('keyword.control.conditional') },
    ],
  },
  let: regionFrom(
    [word(keyword(Let), 'storage.type.declaration'), word(name, 'variable.other.declaration')],
    statementEnd,
    [{ match: sign(Equals), name: scoped('keyword.operator.assignment') }, ...include('line-value')],
  ),
  default: regionFrom(
    [word(keyword(Default), 'keyword.control.default'), word(name, 'variable.parameter')],
    statementEnd,
    include('line-value'),
  ),
  require: regionFrom([word(keyword(Require), 'keyword.control.require')], statementEnd, [
    requireMessage(),
    ...include('line-value'),
  ]),
  layer: {
    patterns: [
      regionFrom([word(keyword(Block), 'keyword.control.block')], statementEnd, include('layer-value')),
      { begin: `(?=${name}|[0-9"(\\[])`, end: statementEnd, patterns: include('layer-value') },
    ],
  },
  /** After the `}` of a structure; on the next line, `x3` is a layer. */
  suffix: {
    begin: `(?<=\\})(?=${gap}(?:${suffix.start}))`,
    end: statementEnd,
    patterns: [...include('closed-comment'), ...suffix.patterns, ...include('arguments')],
  },
  comma: { match: ',', name: scoped('punctuation.separator.comma') },
  semicolon: { match: ';', name: scoped('punctuation.terminator.statement') },
  comment: {
    patterns: [
      { begin: '/\\*', end: '\\*/', name: scoped('comment.block') },
      { match: '//[^\\n]*\\n?', name: scoped('comment.line.double-slash') },
    ],
  },
  /** On one line, as comments within a statement are. */
  'closed-comment': {
    patterns: [
      { match: String.raw`/\*(?:[^*]|\*(?!/))*\*/`, name: scoped('comment.block') },
      { match: '//[^\\n]*', name: scoped('comment.line.double-slash') },
    ],
  },
}

/** `, "k must be odd; got {k}"`, whose braces hold names. */
function requireMessage(): Rule {
  return {
    ...{ begin: ',', beginCaptures: { 0: { name: scoped('punctuation.separator.comma') } } },
    end: `(?<=")|${nextWordBut('"')}|${declarationLine}`,
    patterns: include('comment', 'message'),
  }
}
