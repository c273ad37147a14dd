import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Snippet {
  /** Where it runs: `run` is Node. */
  readonly where: 'run' | 'browser'
  /** The heading that it stands under. */
  readonly heading: string
  readonly code: string
  /** What the page says that it prints. */
  readonly prints: string
}

export const embeddingPage = join(import.meta.dirname, '../docs/embedding.md')

/** The blocks of docs/embedding.md that are only held against the types. */
export function readTyped(): readonly string[] {
  const page = readFileSync(embeddingPage, 'utf8')
  return [...page.matchAll(/^```ts check\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
}

/** The snippets of docs/embedding.md, each with the `text` block behind it. */
export function readSnippets(): readonly Snippet[] {
  const page = readFileSync(embeddingPage, 'utf8')
  return [...page.matchAll(/^```js (run|browser)\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm)].map(
    (match): Snippet => {
      const [, where, code = '', prints = ''] = match
      const heading = [...page.slice(0, match.index).matchAll(/^## (.+)$/gm)].at(-1)?.[1] ?? ''
      return { where: where === 'browser' ? 'browser' : 'run', heading, code, prints }
    },
  )
}
