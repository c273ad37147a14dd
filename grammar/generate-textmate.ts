import { ablations } from './textmate/ablations.ts'
import { declarations } from './textmate/declarations.ts'
import { include } from './textmate/rules.ts'
import { statements } from './textmate/statements.ts'
import { values } from './textmate/values.ts'

const note = 'Generated from the lexer and the registries (grammar/generate-textmate.ts); a test keeps it current.'

/** The TextMate grammar of `.wmnet` files, as JSON. */
export function generateTextmate(): string {
  return print({
    name: 'wmnet',
    scopeName: 'source.wmnet',
    comment: note,
    fileTypes: ['wmnet'],
    patterns: include('file'),
    repository: { ...declarations, ...statements, ...ablations, ...values },
  })
}

/** The grammar of `.wmspec` files: the same, under a scope of its own, as editors want it for a language of its own. */
export function generateSpecTextmate(): string {
  return print({
    name: 'wmspec',
    scopeName: 'source.wmspec',
    comment: note,
    fileTypes: ['wmspec'],
    patterns: [{ include: 'source.wmnet' }],
  })
}

function print(grammar: object): string {
  return `${JSON.stringify(grammar, undefined, 2)}\n`
}
