import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import oniguruma from 'vscode-oniguruma'
import textmate, { type IGrammar } from 'vscode-textmate'
import { generateSpecTextmate, generateTextmate } from '../../../grammar/generate-textmate.ts'

/** A stretch of text with its scopes, the innermost last. Offsets are into the whole text, `end` exclusive. */
export interface ScopedToken {
  readonly start: number
  readonly end: number
  readonly scopes: readonly string[]
}

/** Loads a grammar of the extension as an editor does. */
export async function loadGrammar(scopeName: 'source.wmnet' | 'source.wmspec'): Promise<IGrammar> {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm')
  await oniguruma.loadWASM(new Uint8Array(readFileSync(wasm)))
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => oniguruma.createOnigScanner(patterns),
      createOnigString: (text) => oniguruma.createOnigString(text),
    }),
    loadGrammar: async (scope) => {
      const json = scope === 'source.wmspec' ? generateSpecTextmate() : generateTextmate()
      return textmate.parseRawGrammar(json, `${scope}.json`)
    },
  })
  const grammar = await registry.loadGrammar(scopeName)
  if (grammar === null) throw new Error(`the extension has no grammar for ${scopeName}`)
  return grammar
}

/** Cuts a text into scoped tokens, line by line as an editor does. */
export function tokenize(grammar: IGrammar, text: string): readonly ScopedToken[] {
  const tokens: ScopedToken[] = []
  let state = textmate.INITIAL
  for (const { start, line } of linesOf(text)) {
    const result = grammar.tokenizeLine(line, state)
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      const end = start + Math.min(endIndex, line.length)
      if (start + startIndex < end) tokens.push({ start: start + startIndex, end, scopes })
    }
    state = result.ruleStack
  }
  return tokens
}

/** The source with the scopes under each line: what they cover, then those that the file itself does not have. */
export function dumpScopes(grammar: IGrammar, text: string): string {
  const tokens = tokenize(grammar, text)
  return linesOf(text)
    .map(({ start, line }) => {
      const within = tokens.filter((token) => token.start >= start && token.start < start + line.length)
      const rows = within.filter((token) => token.scopes.length > 1).map((token) => printToken(token, start))
      return [`>${line}`, ...rows].join('\n')
    })
    .join('\n')
}

function printToken({ start, end, scopes }: ScopedToken, lineStart: number): string {
  const names = scopes.slice(1).map((scope) => scope.replace(/\.wmnet$/, ''))
  return `#${' '.repeat(start - lineStart)}${'^'.repeat(end - start)} ${names.join(' ')}`
}

function linesOf(text: string): readonly { readonly start: number; readonly line: string }[] {
  return [...text.matchAll(/([^\r\n]*)(?:\r\n|\r|\n|$)/g)]
    .filter(({ index }) => index < text.length || index === 0)
    .map((match) => ({ start: match.index, line: match[1] }))
}
