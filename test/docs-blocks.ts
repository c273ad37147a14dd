import { compile, type Program } from '../src/compile.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'

/**
 * The code blocks of a page of documentation. What stands behind the language says what a block is:
 *
 * - `wmnet`, `wmspec`: compiles without errors and warnings; with `fails` or `warns`, what it gets stands in the `text` block behind it;
 * - `console`: lines `$ wmnet …` or `$ cat FILE`, each with what it prints.
 *
 * An HTML comment in the line above says more: `<!-- file: small.wmnet -->` names a file that later blocks import and run,
 * `<!-- inside a network -->`, `<!-- inside a network with (PARAMETERS) -->` and `<!-- inside an ablation of NAME -->` complete a fragment.
 */
export interface Block {
  readonly language: string
  readonly mode: string
  readonly directive: string
  readonly text: string
  /** Of the line with the fence, from 1. */
  readonly line: number
  /** Of the first line of the text and of the line behind it, from 0. */
  readonly range: readonly [number, number]
}

export function readBlocks(page: string): readonly Block[] {
  const lines = page.split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(\S+) ?(.*)$/.exec(lines[at] ?? '')
    if (fence === null) continue
    const end = lines.indexOf('```', at + 1)
    if (end < 0) throw new Error(`the block in line ${at + 1} never ends`)
    const [, language = '', mode = ''] = fence
    const directive = /^<!-- (.*) -->$/.exec(lines[at - 1] ?? '')?.[1] ?? ''
    const text = `${lines.slice(at + 1, end).join('\n')}\n`
    blocks.push({ language, mode, directive, text, line: at + 1, range: [at + 1, end] })
    at = end
  }
  return blocks
}

/** The files that blocks name, path to text; a later one replaces an earlier one. */
export function filesIn(blocks: readonly Block[]): ReadonlyMap<string, string> {
  return new Map(blocks.flatMap((block) => (nameOf(block) === undefined ? [] : [[nameOf(block) ?? '', block.text]])))
}

function nameOf({ directive }: Block): string | undefined {
  return /^file: (\S+)$/.exec(directive)?.[1]
}

/** Compiles a block, completed where it is a fragment, with the named blocks of its page to import from. */
export function compileBlock(block: Block, files: ReadonlyMap<string, string>): Program {
  const path = nameOf(block) ?? (block.language === 'wmspec' ? 'study.wmspec' : 'net.wmnet')
  return compile({ path, text: completeFragment(block, files) }, { read: (name) => files.get(name) })
}

/** The block as a whole file. */
export function completeFragment({ directive, text, line }: Block, files: ReadonlyMap<string, string>): string {
  const network = /^inside a network(?: with (\(.*\)))?$/.exec(directive)
  if (network !== null) return `network Fragment${network[1] ?? ''} {\n  input 28x28x1 in [0, 1]\n${indent(text)}}\n`
  const subject = /^inside an ablation of (\w+)$/.exec(directive)?.[1]
  if (subject !== undefined) return completeAblation(subject, text, files)
  if (directive === '' || directive.startsWith('file: ')) return text
  throw new Error(`line ${line}: no test understands <!-- ${directive} -->`)
}

function completeAblation(subject: string, text: string, files: ReadonlyMap<string, string>): string {
  const declaring = [...files].find(([, file]) => new RegExp(`^network ${subject}\\b`, 'm').test(file))
  if (declaring === undefined) throw new Error(`no block declares the network ${subject}`)
  const [path, file] = declaring
  // What a fragment names besides its network, such as a define to wrap in, is declared beside it.
  const defines = [...file.matchAll(/^define (\w+)/gm)].map(([, name = '']) => name)
  const names = [subject, ...defines.filter((name) => new RegExp(`\\b${name}\\b`).test(text))]
  return `use "${path}" { ${names.join(', ')} }\nablation Fragment of ${subject} {\n  variant base { }\n\n${indent(text)}}\n`
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}

export function printMessages(program: Program): string {
  return renderDiagnostics(program.diagnostics, program.sources, { color: false })
}

/** The page with every `text` block behind a failing one, and every `console` block, as `print` has it. */
export async function reprint(page: string, print: (block: Block, before: Block | undefined) => Promise<string>) {
  const blocks = readBlocks(page)
  const lines = page.split('\n')
  for (const [index, block] of [...blocks.entries()].reverse()) {
    const [start, end] = block.range
    const printed = await print(block, blocks[index - 1])
    lines.splice(start, end - start, ...printed.replace(/\n$/, '').split('\n'))
  }
  return lines.join('\n')
}
