import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { compile, type Program, type Variant } from '../src/compile.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'
import { createPicture, type Picture } from '../src/picture/index.ts'
import type { Box, Item } from '../src/picture/model.ts'

const root = join(import.meta.dirname, '..')
export const pictures = join(import.meta.dirname, 'golden/picture')

/** Of the repository, e.g. `examples/paper/small.wmnet`. */
export function compileFile(path: string): Program {
  const read = (file: string) => readFileSync(join(root, file), 'utf8')
  return expectSound(compile({ path, text: read(path) }, { read }))
}

function expectSound(program: Program): Program {
  expect(program.ok, renderDiagnostics(program.diagnostics, program.sources, { color: false })).toBe(true)
  return program
}

export function variantOf(program: Program, name: string): Variant {
  const variant = program.variant(name)
  if (variant === undefined) throw new Error(`no variant ${name}`)
  return variant
}

/** Of the first variant that a text declares. */
export function pictureOf(text: string): Picture {
  const [first] = expectSound(compile(text)).variants
  if (first === undefined) throw new Error('no network')
  return createPicture(first)
}

/** Of a network with the given body, on 16x16x8. */
export function pictureOfBody(body: string, defines = ''): Picture {
  return pictureOf(`${defines}\nnetwork N {\n  input 16x16x8\n  ${body}\n}`)
}

/** Of an ablation's variant against its baseline `base`, which has no diffs. */
export function diffOf(network: string, diffs: string): Picture {
  const program = expectSound(compile(`${network}\nablation A of N { variant base { }; variant other { ${diffs} } }`))
  return createPicture(variantOf(program, 'other'), variantOf(program, 'base'))
}

export function boxesOf(items: readonly Item[]): readonly Box[] {
  return items.flatMap((item) => (item.kind === 'box' ? [item] : boxesOf(item.items)))
}

/** A picture in a few lines: `[2 residual conv(8) relu | add]`, the input and the output left out. */
export function sketch({ items }: Picture): string {
  return sketchItems(items.slice(1, -1))
}

const signs = { same: '', changed: '~', added: '+', removed: '-' } as const

function sketchItems(items: readonly Item[]): string {
  return items.map(sketchItem).join(' | ')
}

function sketchItem(item: Item): string {
  const count = item.count === 1 ? '' : `${item.count} `
  if (item.kind === 'group') {
    const { before, after } = item.name
    const name =
      before !== undefined && after !== undefined && before !== after ? `${before}>${after}` : (after ?? before)
    return `[${signs[item.status]}${count}${name ?? 'repeat'}: ${sketchItems(item.items)}]`
  }
  const parts = item.parts.map(({ status, layer: { before, after } }) => {
    return `${signs[status]}${[...new Set([before?.call, after?.call])].filter(Boolean).join('>')}`
  })
  return `${count}${parts.join(' ')}${item.labels.map((label) => ` as ${label}`).join('')}`
}
