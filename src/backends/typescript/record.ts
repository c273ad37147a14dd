import type { GraphNode } from '../../graph/graph.ts'
import { layerPath } from '../../weights/names.ts'

/** The way to a layer's weights in the record: names, and places in lists from 0. */
export type RecordPath = readonly (string | number)[]

/** What lies at one place of the record of weights. */
export type RecordTree =
  | { readonly kind: 'layer'; readonly layer: string; readonly fields: readonly Field[] }
  | { readonly kind: 'group'; readonly members: Map<string, RecordTree> }
  | { readonly kind: 'list'; readonly elements: (RecordTree | undefined)[] }

export interface Field {
  readonly name: string
  /** Null for a source of random numbers. */
  readonly shape: readonly number[] | null
}

/**
 * The path in files as one in the record: `for2.1.conv0` is `for2[0].conv0`. What a diff put into a repeat, `layer2.3+0`, is
 * `['layer2+0'][2]`. `parseName` of the written modules does the same.
 */
export function recordPath(node: GraphNode): RecordPath {
  const path: (string | number)[] = []
  for (const part of layerPath(node).split('.')) {
    const [, digits, suffix = ''] = /^(\d+)(\+\d+)?$/.exec(part) ?? []
    if (digits === undefined) path.push(part)
    else {
      path[path.length - 1] = `${path.at(-1)}${suffix}`
      path.push(Number(digits) - 1)
    }
  }
  return path
}

export function createRecord(): RecordTree & { readonly kind: 'group' } {
  return { kind: 'group', members: new Map() }
}

export function addToRecord(root: RecordTree, path: RecordPath, layer: RecordTree & { kind: 'layer' }): void {
  let at: RecordTree = root
  path.forEach((key, index) => {
    const next = path[index + 1]
    const fresh: RecordTree =
      next === undefined ? layer : typeof next === 'number' ? { kind: 'list', elements: [] } : createRecord()
    const found: RecordTree | undefined = child(at, key)
    if (found === undefined) setChild(at, key, fresh)
    else if (next === undefined || found.kind !== fresh.kind) throw new Error(`two places are called ${path.join('.')}`)
    at = found ?? fresh
  })
}

function child(tree: RecordTree | undefined, key: string | number): RecordTree | undefined {
  if (tree?.kind === 'group') return tree.members.get(String(key))
  return tree?.kind === 'list' ? tree.elements[Number(key)] : undefined
}

function setChild(tree: RecordTree, key: string | number, value: RecordTree): void {
  if (tree.kind === 'group' && typeof key === 'string') tree.members.set(key, value)
  else if (tree.kind === 'list' && typeof key === 'number') tree.elements[key] = value
  else throw new Error(`${key} is no place in a ${tree.kind}`)
}

export function childAt(root: RecordTree, path: RecordPath): RecordTree | undefined {
  return path.reduce<RecordTree | undefined>((tree, key) => child(tree, key), root)
}

/** Equal for what one type fits: names and ranks count; sizes, and how long a list is, do not. */
export function signatureOf(tree: RecordTree | undefined): string {
  switch (tree?.kind) {
    case undefined:
      return 'nothing'
    case 'layer':
      return `${tree.layer}{${tree.fields.map(({ name, shape }) => `${name}:${shape?.length ?? '?'}`).join()}}`
    case 'group':
      return `{${[...tree.members].map(([name, member]) => `${name}:${signatureOf(member)}`).join()}}`
    case 'list':
      return `(${elementTypes(tree.elements)
        .map((element) => signatureOf(element))
        .join('|')})[]`
  }
}

/** The first element of each type; places that hold nothing left out. */
export function elementTypes(elements: readonly (RecordTree | undefined)[]): readonly RecordTree[] {
  const types = new Map<string, RecordTree>()
  for (const element of elements) {
    const signature = signatureOf(element)
    if (element !== undefined && !types.has(signature)) types.set(signature, element)
  }
  return [...types.values()]
}

/** `weights.for2[0].conv0` */
export function printPath(base: string, path: RecordPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return /^[A-Za-z_]\w*$/.test(key) ? `${text}.${key}` : `${text}['${key}']`
  }, base)
}
