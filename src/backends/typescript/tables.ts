import type { GraphNode } from '../../graph/graph.ts'
import type { Distribution } from '../../init/distribution.ts'
import { inits } from '../../init/index.ts'
import { entryOf } from '../../registry/construct.ts'
import { layerPath, type NamedWeight } from '../../weights/names.ts'
import { printNumber } from './code.ts'

/** biome breaks longer lines. */
const lineWidth = 120

/** A row for every weight: name, shape, start, site, role, and `false` where it is not trained. */
export function printWeightTable(weights: readonly NamedWeight[]): readonly string[] {
  const rows = weights.map(({ name, node, weight, shape }) => [
    quote(name),
    `[${shape.join(', ')}]`,
    printStart(entryOf(inits, weight.init).distribution(weight.init.args, weight)),
    quote(node.origin.site),
    quote(node.role),
    ...(weight.trainable ? [] : ['false']),
  ])
  return printTable('weightTable', 'readonly WeightRow[]', rows)
}

/** A row for every layer that draws: name, site, role. */
export function printNoiseTable(nodes: readonly GraphNode[]): readonly string[] {
  const rows = nodes.map((node) => [quote(layerPath(node)), quote(node.origin.site), quote(node.role)])
  return ['', ...printTable('noiseTable', 'readonly (readonly [name: string, site: string, role: string])[]', rows)]
}

function printTable(name: string, type: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [`const ${name}: ${type} = []`]
  const [only, ...others] = rows
  const inline = `const ${name}: ${type} = [[${only?.join(', ')}]]`
  if (others.length === 0 && inline.length <= lineWidth) return [inline]
  return [`const ${name}: ${type} = [`, ...rows.flatMap(printRow), ']']
}

function printRow(cells: readonly string[]): readonly string[] {
  const row = `  [${cells.join(', ')}],`
  return row.length <= lineWidth ? [row] : ['  [', ...cells.map((cell) => `    ${cell},`), '  ],']
}

function printStart(distribution: Distribution): string {
  switch (distribution.kind) {
    case 'constant':
      return `constant(${printNumber(distribution.value)})`
    case 'normal':
      return `normal(${printNumber(distribution.std)})`
    case 'uniform':
      return `uniform(${printNumber(distribution.low)}, ${printNumber(distribution.high)})`
    case 'symmetric':
      return `symmetric(${printNumber(distribution.limit)})`
    case 'orthogonal':
      return `orthogonal(${printNumber(distribution.gain)})`
  }
}

function quote(text: string): string {
  return `'${text}'`
}
