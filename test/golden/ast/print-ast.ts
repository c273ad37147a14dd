import type { Argument, Expression, Selector } from '../../../src/syntax/ast.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * A tree in compact form, without spans: one line for each node with its single fields, its lists of nodes indented
 * below it; expressions as text with every grouping in parentheses.
 */
export function printAst(nodes: readonly unknown[], indent = ''): string {
  return nodes.map((node) => `${indent}${printNode(node, indent)}\n`).join('')
}

function printNode(node: unknown, indent: string): string {
  if (Array.isArray(node)) return `[]\n${printAst(node, `${indent}  `)}`.trimEnd()
  if (isExpression(node)) return printExpression(node)
  const { kind = 'node', span: _, ...fields } = node as Fields
  const entries = Object.entries(fields).map(showDiffs)
  const blocks = entries.filter(([name, field]) => isBlock(name, field))
  const singles = entries.filter(([name, field]) => !isBlock(name, field))
  const head = [String(kind), ...singles.map(([name, field]) => `${name}=${printField(field)}`)].join(' ')
  const body = blocks.map(([name, field]) => `\n${indent}  ${name}:\n${printAst(field as unknown[], `${indent}    `)}`)
  return `${head}${body.map((block) => block.trimEnd()).join('')}`
}

/** The diffs of a variant go below it, its sum stays in its line. */
function showDiffs([name, field]: readonly [string, unknown]): readonly [string, unknown] {
  const diffs = typeof field === 'object' && field !== null && 'diffs' in field ? field.diffs : undefined
  return diffs === undefined ? [name, field] : ['diffs', diffs]
}

/** Lists of arguments, names and values go into one line. */
function isBlock(name: string, field: unknown): boolean {
  return Array.isArray(field) && field.length > 0 && !['args', 'values', 'by'].includes(name) && !isIdentifier(field[0])
}

function printField(field: unknown): string {
  if (Array.isArray(field)) return `[${field.map(printField).join(', ')}]`
  if (isIdentifier(field)) return field.text
  if (isExpression(field)) return printExpression(field)
  if (typeof field !== 'object' || field === null) return JSON.stringify(field)
  if ('value' in field) return printArgument(field as Argument)
  if ('filters' in field) return printSelector(field as Selector)
  const { kind, span: _, ...rest } = field as Fields
  return `${kind ?? ''}(${Object.values(rest).map(printField).join(', ')})`
}

function printArgument({ name, value }: Argument): string {
  return name === undefined ? printExpression(value) : `${name.text}=${printExpression(value)}`
}

function printSelector({ name, filters, where }: Selector): string {
  const parts = filters.map((filter) => ` ${filter.relation} ${filter.name.text}`)
  return `{${name.text}${parts.join('')}${where === undefined ? '' : ` where ${printExpression(where)}`}}`
}

function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return `${expression.value}${expression.integer ? '' : 'f'}`
    case 'boolean':
    case 'string':
      return JSON.stringify(expression.value)
    case 'shape':
      return expression.dims.join('x')
    case 'name':
      return expression.name.text
    case 'call':
      return `${expression.callee.text}(${expression.args.map(printArgument).join(', ')})`
    case 'list':
      return `[${expression.items.map(printExpression).join(', ')}]`
    case 'range': {
      const step = expression.step === undefined ? '' : ` step ${printExpression(expression.step)}`
      return `(${printExpression(expression.from)}..${printExpression(expression.to)}${step})`
    }
    case 'index':
      return `${printExpression(expression.list)}[${printExpression(expression.index)}]`
    case 'slice':
      return `${printExpression(expression.list)}[${printExpression(expression.from)}..${printExpression(expression.to)}]`
    case 'unary':
      return `(${expression.operator} ${printExpression(expression.operand)})`
    case 'binary':
      return `(${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)})`
    case 'conditional': {
      const { condition, consequent, alternative } = expression
      return `(if ${printExpression(condition)} then ${printExpression(consequent)} else ${printExpression(alternative)})`
    }
  }
}

const expressionKinds = [
  'number',
  'boolean',
  'string',
  'shape',
  'name',
  'call',
  'list',
  'range',
  'index',
  'slice',
  'unary',
  'binary',
  'conditional',
]

function isExpression(node: unknown): node is Expression {
  return typeof node === 'object' && node !== null && 'kind' in node && expressionKinds.includes(String(node.kind))
}

function isIdentifier(node: unknown): node is { text: string } {
  return typeof node === 'object' && node !== null && 'text' in node
}
