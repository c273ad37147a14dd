import type { SourceFile } from '../syntax/ast.ts'

/**
 * What a pair of brackets is for. `arguments`, `parameters`, `list` and `names` hold items with commas between them; `body`
 * holds statements; `plain` groups an expression or wraps a type.
 */
export type Role = 'arguments' | 'parameters' | 'list' | 'names' | 'subscript' | 'repeat' | 'body' | 'plain'

export function isCommaSeparated(role: Role): boolean {
  return role === 'arguments' || role === 'parameters' || role === 'list' || role === 'names'
}

/**
 * What the words alone do not tell: `a (1)` is a call or `input (1)`, `a [1]` an element or `data [1]`, `a -1` a difference
 * or `seed -1`. Keys are offsets.
 */
export interface Roles {
  /** Of the round brackets after the word that starts there. */
  readonly after: ReadonlyMap<number, Role>
  /** Of the bracket that opens there. */
  readonly from: ReadonlyMap<number, Role>
  /** Of the bracket that ends there. */
  readonly until: ReadonlyMap<number, Role>
  /** Minus signs with nothing to their left. */
  readonly signs: ReadonlySet<number>
}

interface Found {
  readonly after: Map<number, Role>
  readonly from: Map<number, Role>
  readonly until: Map<number, Role>
  readonly signs: Set<number>
}

/** The walk knows the few nodes that matter here, wherever they stand in the tree. */
export function findRoles(file: SourceFile): Roles {
  const found: Found = { after: new Map(), from: new Map(), until: new Map(), signs: new Set() }
  visit(file.declarations, found)
  return found
}

function visit(value: unknown, found: Found): void {
  if (Array.isArray(value)) {
    for (const element of value) visit(element, found)
  } else if (isNode(value)) {
    note(value, found)
    for (const field of Object.values(value)) visit(field, found)
  }
}

type Node = Readonly<Record<string, unknown>>

function note(node: Node, found: Found): void {
  const { start, end } = spanOf(node)
  if ('repeat' in node) found.after.set(spanOf(node.repeat).start, 'repeat')
  switch (node.kind) {
    case 'call':
      found.after.set(spanOf(node.callee).start, 'arguments')
      break
    case 'network':
    case 'define':
      found.after.set(spanOf(node.name).start, 'parameters')
      break
    case 'residual':
    case 'parallel':
      found.after.set(start, 'arguments')
      break
    case 'list':
      found.from.set(start, 'list')
      break
    case 'index':
    case 'slice':
      found.until.set(end, 'subscript')
      break
    case 'use':
      if ('names' in node) found.until.set(end, 'names')
      break
    case 'unary':
      found.signs.add(start)
  }
}

/** The span of a node; of anything else an impossible one. */
function spanOf(value: unknown): { readonly start: number; readonly end: number } {
  const span = isNode(value) ? value.span : undefined
  if (!isNode(span) || typeof span.start !== 'number' || typeof span.end !== 'number') return { start: -1, end: -1 }
  return { start: span.start, end: span.end }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}
