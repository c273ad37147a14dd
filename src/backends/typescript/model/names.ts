import type { GraphNode } from '../../../graph/graph.ts'
import { layerPath } from '../../../weights/names.ts'

/** How the names of layers are written in one block. */
export interface Names {
  /** So many parts of the path are what the function is given as `name`. */
  readonly given: number
  /** The number of the pass, for the loops around from the outermost; undefined for unrolled ones. */
  readonly passes: readonly (string | undefined)[]
}

/** `for2.1.conv0`: the layer's place in the source, as in the names of its weights. */
export function pathOf(node: GraphNode): readonly string[] {
  return layerPath(node).split('.')
}

/** The expression of a path that begins with what the block is given. */
export function writePath(path: readonly string[], suffix: string, { given, passes }: Names): string {
  let loop = 0
  const parts = path.map((part) => {
    const [, digits, rest = ''] = /^(\d+)(\+\d+)?$/.exec(part) ?? []
    if (digits === undefined) return part
    const pass = passes[loop++]
    return pass === undefined ? part : `\${${pass}}${rest}`
  })
  if (given === path.length) return 'name'
  const text = `${[...(given > 0 ? [`\${name}`] : []), ...parts.slice(given)].join('.')}${suffix}`
  return text.includes('${') ? `\`${text}\`` : `'${text}'`
}

/** How many parts all paths begin with, without the numbers of passes further in than `passes`. */
export function sharedParts(paths: readonly (readonly string[])[], passes: number): number {
  const [first = []] = paths
  const numbers = first.flatMap((part, index) => (/^\d+(\+\d+)?$/.test(part) ? [index] : []))
  const most = Math.min(numbers[passes] ?? first.length, ...paths.map((path) => path.length - 1))
  const differing = first.findIndex((part, index) => paths.some((path) => path[index] !== part))
  return Math.min(most, differing === -1 ? first.length : differing)
}
