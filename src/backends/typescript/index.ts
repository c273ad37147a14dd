import { Project, ts } from 'ts-morph'
import { type LibraryPart, namesIn, partsFor, readLibrary } from './library.ts'
import { indent, printLines } from './lines.ts'
import { createParts, type EmitOptions, type FunctionPart, type ModuleParts, type Subject } from './module.ts'
import type { RecordType } from './types.ts'

export interface ModuleOptions extends EmitOptions {
  /** With a training step and FGSM. */
  readonly train: boolean
}

/** What modules show of the library. */
const shown: ReadonlySet<string> = new Set([
  'initWeights',
  'loadWeights',
  'trainableWeights',
  'trainStep',
  'fgsm',
  'Stream',
])

/** Whether a text is a module that wmnet wrote. */
export function isEmitted(text: string): boolean {
  return /^\/\/ .*, written by wmnet /.test(text)
}

/** The variant as a TypeScript module that imports nothing but @tensorflow/tfjs-core. */
export function emitTypeScript(variant: Subject, options: ModuleOptions): string {
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { target: ts.ScriptTarget.ES2022 } })
  const library = readLibrary(project)
  const parts = createParts(variant, options, library.keys())
  const model = printModel(parts)
  const tables = parts.tables.join('\n')
  const training = options.train ? ['trainStep', 'fgsm'] : []
  const wanted = [
    'initWeights',
    'loadWeights',
    'trainableWeights',
    ...training,
    ...namesIn(project.createSourceFile('model.ts', `${model}\n${tables}`).compilerNode),
  ]
  const copied = partsFor(wanted, library)
  const operations = copied.filter(({ uses }) => uses.has('tf') && !usesTables(uses))
  const others = copied.filter((part) => !operations.includes(part))
  const range = variant.graph.input.range
  const text = [
    model,
    ...operations.map(printPart),
    tables,
    ...(options.train ? [`const inputRange: readonly [number, number] = [${range.join(', ')}]`] : []),
    ...others.map(printPart),
  ].join('\n\n')
  return `${text.trim()}\n`
}

const weightsDoc =
  '/** By their places in the source. In files, `for2[0].conv0.kernel` is called `for2.1.conv0.kernel`. */'

function usesTables(uses: ReadonlySet<string>): boolean {
  return ['Weights', 'WeightRow', 'Branch', 'forward', 'TensorEntry'].some((name) => uses.has(name))
}

function printModel({ doc, architecture, types, functions, forward }: ModuleParts): string {
  const isShown = (type: RecordType) => type.name === 'Weights'
  return [
    `// ${doc.join('\n// ')}\nimport * as tf from '@tensorflow/tfjs-core'`,
    architecture.join('\n'),
    ...types.filter((type) => !isShown(type)).map(printType),
    ...types.filter(isShown).map((type) => `${weightsDoc}\nexport ${printType(type)}`),
    'export interface ForwardOptions {\n  readonly training?: boolean\n}',
    ...forward.map((part) => printFunction(part, part.name === 'forward')),
    ...functions.map((part) => printFunction(part, false)),
  ].join('\n\n')
}

function printType({ name, members }: RecordType): string {
  const lines = members.map((member) => {
    const comment = member.comment === undefined ? '' : ` // ${member.comment}`
    return `readonly ${member.name}: ${member.type}${comment}`
  })
  return [`interface ${name} {`, ...indent(lines), '}'].join('\n')
}

function printFunction({ doc, name, parameters, result, lines }: FunctionPart, isShown: boolean): string {
  const head = `${isShown ? 'export ' : ''}function ${name}(${parameters.join(', ')}): ${result} {`
  return [...printDoc(doc), head, ...indent(printLines(lines)), '}'].join('\n')
}

function printDoc(doc: readonly string[]): readonly string[] {
  if (doc.length === 1) return [`/** ${doc[0]} */`]
  return doc.length === 0 ? [] : ['/**', ...doc.map((text) => ` * ${text}`), ' */']
}

function printPart({ name, text }: LibraryPart): string {
  return shown.has(name) ? text.replace(/^(function|interface|type) /m, 'export $1 ') : text
}
