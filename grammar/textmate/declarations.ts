import { Colon, Define, Extends, In, Network, Protocol, Run, Study, Use } from '../../src/syntax/tokens.ts'
import { include, type Repository, regionFrom, scoped, word } from './rules.ts'
import { bodyEnd } from './statements.ts'
import { braces, brackets } from './values.ts'
import { declarationLine, keyword, name, nextWordBut, sign, statementEnd } from './words.ts'

/** What stands at file level. */
export const declarations: Repository = {
  file: {
    patterns: [
      ...include('comment', 'semicolon', 'illegal', 'network', 'define', 'use', 'default', 'imported-names'),
      ...include('ablation', 'protocol', 'study'),
    ],
  },
  network: regionFrom(
    [word(keyword(Network), 'storage.type.network'), word(name, 'entity.name.type.network')],
    bodyEnd,
    include('comment', 'parameters', 'network-body'),
  ),
  define: regionFrom(
    [word(keyword(Define), 'storage.type.define'), word(name, 'entity.name.function.define')],
    bodyEnd,
    include('comment', 'parameters', 'network-body'),
  ),
  parameters: { ...brackets('(', ')'), patterns: include('comment', 'comma', 'illegal', 'parameter') },
  parameter: {
    ...{ begin: `(${name})`, beginCaptures: { 1: { name: scoped('variable.parameter') } } },
    end: `(?=[,(){}\\]])|${declarationLine}`,
    patterns: include('type', 'value'),
  },
  type: {
    ...{ begin: sign(Colon), beginCaptures: { 0: { name: scoped('punctuation.separator.colon') } } },
    end: `${nextWordBut('\\[\\]0-9A-Za-z_')}|(?=${keyword(In)})|${declarationLine}`,
    patterns: [
      ...include('comment'),
      { match: name, name: scoped('support.type') },
      { match: '[\\[\\]]', name: scoped('punctuation.section.brackets') },
    ],
  },
  use: regionFrom([word(keyword(Use), 'keyword.control.import')], statementEnd, include('closed-comment', 'string')),
  'imported-names': {
    ...braces(),
    patterns: [...include('comment', 'comma'), { match: name, name: scoped('entity.name.type.imported') }],
  },
  protocol: regionFrom(
    [
      ...[word(keyword(Protocol), 'storage.type.protocol'), word(name, 'entity.name.type.protocol')],
      ...[word(keyword(Extends), 'storage.modifier.extends'), word(name, 'entity.name.type.protocol')],
    ],
    bodyEnd,
    include('comment', 'protocol-body'),
  ),
  'protocol-body': { ...braces(), patterns: include('comment', 'semicolon', 'illegal', 'settings-body', 'entry') },
  /** What a protocol may hold is no keyword: an entry is a name and its values. */
  entry: regionFrom([word(name, 'support.type.property-name')], statementEnd, include('line-value')),
  study: regionFrom(
    [word(keyword(Study), 'storage.type.study'), word(name, 'entity.name.type.study')],
    bodyEnd,
    include('comment', 'study-body'),
  ),
  'study-body': { ...braces(), patterns: include('comment', 'semicolon', 'illegal', 'run') },
  run: regionFrom([word(keyword(Run), 'keyword.control.run')], statementEnd, include('run-value')),
}
