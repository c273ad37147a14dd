import type { TokenType } from 'chevrotain'
import {
  Ablation,
  By,
  Equals,
  Exclude,
  Grid,
  Insert,
  Match,
  Of,
  Plus,
  Remove,
  Replace,
  Variant,
  Wrap,
  Zip,
} from '../../src/syntax/tokens.ts'
import { include, type Repository, regionFrom, scoped, type Word, word } from './rules.ts'
import { bodyEnd } from './statements.ts'
import { all, braces } from './values.ts'
import { gap, keyword, name, sign, statementEnd } from './words.ts'

/** `replace = 3` and `match[0] = 3` set parameters of these names. */
const noAssignment = `(?!${gap}(?:=(?!=)|\\[))`

/** Ablations, their variants and diffs. */
export const ablations: Repository = {
  ablation: regionFrom(
    [
      ...[word(keyword(Ablation), 'storage.type.ablation'), word(name, 'entity.name.type.ablation')],
      ...[word(keyword(Of), 'storage.modifier.of'), word(name, 'entity.name.type.network')],
    ],
    bodyEnd,
    include('comment', 'ablation-body'),
  ),
  'ablation-body': {
    ...braces(),
    patterns: include('comment', 'semicolon', 'illegal', 'variant', 'variant-sum', 'variant-body', 'grid', 'exclude'),
  },
  variant: regionFrom(
    [word(keyword(Variant), 'storage.type.variant'), word(name, 'entity.name.type.variant')],
    `(?==)|${statementEnd}`,
    include('closed-comment'),
  ),
  'variant-sum': {
    ...{
      begin: sign(Equals),
      beginCaptures: { 0: { name: scoped('keyword.operator.assignment') } },
      end: statementEnd,
    },
    patterns: [
      ...include('closed-comment', 'illegal'),
      { match: sign(Plus), name: scoped('keyword.operator.compose') },
      { match: name, name: scoped('entity.name.type.variant') },
    ],
  },
  grid: regionFrom([word(keyword(Grid, Zip), 'storage.type.grid')], bodyEnd, include('comment', 'axes')),
  axes: { ...braces(), patterns: include('comment', 'semicolon', 'illegal', 'setting') },
  exclude: regionFrom([word(keyword(Exclude), 'storage.type.exclude')], bodyEnd, include('comment', 'settings-body')),
  'settings-body': { ...braces(), patterns: include('comment', 'semicolon', 'illegal', 'setting') },
  /** `norm = batchnorm`, `widths[0] = 64`, `norm in [none, batchnorm]` */
  setting: regionFrom([word(name, 'variable.parameter')], statementEnd, include('line-value')),
  'variant-body': { ...braces(), patterns: include('comment', 'semicolon', 'illegal', 'diff', 'setting') },
  diff: {
    patterns: [
      regionFrom([diffWord(Replace, Remove, Wrap), all], statementEnd, include('selected-value')),
      regionFrom([diffWord(Insert)], statementEnd, include('inserted-value')),
      regionFrom(
        [
          ...[diffWord(Match), word(name, 'variable.other.quantity')],
          ...[word(keyword(Of), 'keyword.control.word'), word(name, 'entity.name.type.variant')],
          word(keyword(By), 'keyword.control.word'),
        ],
        statementEnd,
        include('matched-value'),
      ),
    ],
  },
}

function diffWord(...tokens: readonly TokenType[]): Word {
  return word(`${keyword(...tokens)}${noAssignment}`, 'keyword.control.diff')
}
