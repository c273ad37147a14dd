import { elementTypes, type Field, type RecordTree, signatureOf } from './record.ts'

/** An interface of the module, for one place of the record of weights or several alike. */
export interface RecordType {
  readonly name: string
  readonly members: readonly { readonly name: string; readonly type: string; readonly comment?: string }[]
}

/** The interfaces of the record, named after what they are of, in the order in which they are first needed. */
export interface RecordTypes {
  nameOf(tree: RecordTree): string
  /** Those named so far, the inner ones first. */
  list(): readonly RecordType[]
}

export function createRecordTypes(root: RecordTree, taken: ReadonlySet<string>): RecordTypes {
  const names = new Map<string, string>()
  const trees = new Map<string, RecordTree[]>()
  const used = new Set(taken)
  const visit = (tree: RecordTree | undefined, hint: string): void => {
    if (tree === undefined) return
    if (tree.kind === 'list') {
      for (const element of tree.elements) visit(element, hint)
      return
    }
    if (tree.kind === 'group') for (const [name, member] of tree.members) visit(member, name)
    const signature = signatureOf(tree)
    trees.set(signature, [...(trees.get(signature) ?? []), tree])
    if (names.has(signature)) return
    const name = tree.kind === 'layer' ? `${pascal(tree.layer)}Weights` : pascal(hint.replace(/\d+$/, '')) || 'Part'
    names.set(signature, fresh(name === 'For' ? 'Pass' : name, used))
  }
  used.add('Weights')
  if (root.kind === 'group') for (const [name, member] of root.members) visit(member, name)
  names.set(signatureOf(root), 'Weights')
  trees.set(signatureOf(root), [root])
  const nameOf = (tree: RecordTree): string => {
    if (tree.kind !== 'list') return names.get(signatureOf(tree)) ?? 'never'
    const elements = elementTypes(tree.elements).map(nameOf)
    return `readonly ${elements.length > 1 ? `(${elements.join(' | ')})` : elements[0]}[]`
  }
  const toType = (signature: string, name: string): RecordType => {
    const alike = trees.get(signature) ?? []
    const [tree] = alike
    if (tree?.kind === 'layer') return { name, members: tree.fields.map((field, i) => fieldMember(field, i, alike)) }
    const members = tree?.kind === 'group' ? [...tree.members] : []
    return { name, members: members.map(([key, member]) => ({ name: quote(key), type: nameOf(member) })) }
  }
  return { nameOf, list: () => [...names].map(([signature, name]) => toType(signature, name)) }
}

function fieldMember(
  { name, shape }: Field,
  index: number,
  alike: readonly RecordTree[],
): RecordType['members'][number] {
  if (shape === null) return { name, type: 'Stream' }
  const shapes = alike.flatMap((tree) => (tree.kind === 'layer' ? [tree.fields[index]?.shape?.join('x') ?? ''] : []))
  const distinct = [...new Set(shapes)]
  const comment = distinct.length > 2 ? `${distinct[0]} … ${distinct.at(-1)}` : distinct.join(' or ')
  return { name, type: `tf.Variable<tf.Rank.R${shape.length}>`, comment }
}

function quote(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`
}

/** `wm_unsharp`, `wm.unsharp` and `batch norm` as `WmUnsharp` and `BatchNorm`. */
export function pascal(text: string): string {
  return text
    .replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_match, letter: string) => letter.toUpperCase())
    .replace(/\W/g, '')
}

export function fresh(hint: string, taken: Set<string>): string {
  let name = hint
  for (let count = 2; taken.has(name); count++) name = `${hint}${count}`
  taken.add(name)
  return name
}
