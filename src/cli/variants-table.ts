import type { ListedChange, ListedVariant } from './commands/variants.ts'

const headings = ['variant', 'parameters', 'FLOPs', 'compiled', 'hash'] as const

/** A table for each ablation, what each variant changes below its line; networks that no ablation studies come as one. */
export function renderVariants(listed: readonly ListedVariant[]): string {
  if (listed.length === 0) return 'no networks\n'
  const subjects = [...new Set(listed.map(({ subject }) => subject))]
  const tables = subjects.map((subject) => renderSubject(listed.filter((variant) => variant.subject === subject)))
  return `${tables.join('\n')}\nFLOPs as written, 2 per multiply-add; compiled: what runs after the weight map layers sum over input channels first.\n`
}

function renderSubject(variants: readonly ListedVariant[]): string {
  const cells = [[...headings], ...variants.map(toCells)]
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const lines = cells.map((row) =>
    row.map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))),
  )
  const [heading = [], ...rows] = lines.map((cell) => cell.join('  ').trimEnd())
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2))
  const blocks = variants.map((variant, index) => [rows[index] ?? '', ...describeChanges(variant)].join('\n'))
  return `${titleOf(variants)}\n${heading}\n${rule}\n${blocks.join('\n')}\n`
}

function titleOf(variants: readonly ListedVariant[]): string {
  const [first] = variants
  if (first === undefined) return ''
  if (first.variant === first.subject) return first.subject
  const count = `${variants.length} ${variants.length === 1 ? 'variant' : 'variants'}`
  return `${first.subject} of ${first.network}: ${count}`
}

function isText(column: number): boolean {
  return column === 0 || column === 4
}

function toCells({ variant, params, flops, compiled, hash }: ListedVariant): string[] {
  return [variant, group(params), group(flops), group(compiled.flops), hash.slice(0, 8)]
}

function describeChanges({ baseline, changes, variant, subject }: ListedVariant): readonly string[] {
  const own = changes.map((change) => `    ${change.text}${describeEffect(change)}`)
  return baseline && variant !== subject && own.length === 0 ? ['    the baseline'] : own
}

function describeEffect(change: ListedChange): string {
  switch (change.kind) {
    case 'set':
      return ''
    case 'match': {
      const moved = change.moved.map(({ target, from, to }) => `${target} ${from} → ${to}`).join(', ')
      const { cost, wanted, residual, quantity } = change
      const percent = `${residual >= 0 ? '+' : '−'}${Math.abs(100 * residual).toFixed(3)} %`
      return `\n      ${moved}; ${group(cost)} ${quantity} for ${group(wanted)} (${percent})`
    }
    default: {
      const sites = `${change.sites} ${change.sites === 1 ? 'layer' : 'layers'}`
      const dropped = change.dropped.map(({ argument, value, sites: count }) => `${argument}=${value} (${count})`)
      return `\n      ${sites}${dropped.length === 0 ? '' : `; dropped ${dropped.join(', ')}`}`
    }
  }
}

function group(value: number): string {
  return value.toLocaleString('en-US')
}
