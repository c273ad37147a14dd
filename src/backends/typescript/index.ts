import type { Protocol } from '../../study/protocol.ts'
import { type LibraryPart, namesIn, partsFor, type Room, readLibrary } from './library.ts'
import { indent, printLines } from './lines.ts'
import { createModelParts } from './model/module.ts'
import {
  createParts,
  describeModule,
  type EmitOptions,
  type FunctionPart,
  type ModuleParts,
  type Subject,
  writeLayers,
} from './module.ts'
import { writeTraining } from './training.ts'
import { Project, ts } from './ts-morph.ts'
import type { RecordType } from './types.ts'
import { wrapLine } from './wrap.ts'

export { findUnwritable } from './training.ts'

export interface ModuleOptions extends EmitOptions {
  /** With its training step and FGSM. */
  readonly protocol?: Protocol
  /** As a tf.LayersModel of tfjs-layers, instead of a function over a record of weights. */
  readonly layers: boolean
}

/** What modules show of the library. */
const shown: ReadonlySet<string> = new Set([
  'forward',
  'initWeights',
  'loadWeights',
  'trainableWeights',
  'Optimizer',
  'Stream',
])

/** Whether a text is a module that wmnet wrote. */
export function isEmitted(text: string): boolean {
  return /^\/\/ .*, written by wmnet /.test(text)
}

/**
 * What the module imports. tfjs-core alone has no gradients, neither in Node nor in a bundle: loading tfjs-layers registers them, so
 * a module that trains or attacks needs it as one with layers does.
 */
export function packagesOf({ layers, protocol }: Pick<ModuleOptions, 'layers' | 'protocol'>): readonly string[] {
  return ['@tensorflow/tfjs-core', ...(layers || protocol !== undefined ? ['@tensorflow/tfjs-layers'] : [])]
}

/** The variant as a TypeScript module that imports nothing but `packagesOf(options)`. */
export function emitTypeScript(variant: Subject, options: ModuleOptions): string {
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { target: ts.ScriptTarget.ES2022 } })
  const layers = writeLayers(variant, options)
  const draws = [...layers.values()].some((layer) => layer.draws)
  const rooms: readonly Room[] = options.layers ? ['model'] : [draws ? 'noisyRecord' : 'plainRecord']
  const library = readLibrary(project, [
    'operations',
    ...(options.protocol === undefined ? [] : (['training'] as const)),
    ...((options.protocol?.augment.length ?? 0) === 0 ? [] : (['augment'] as const)),
    ...rooms,
    'arrays',
  ])
  const create = options.layers ? createModelParts : createParts
  const parts = create(variant, layers, [...library.keys()])
  const { range, shape } = variant.graph.input
  const trained = options.layers
    ? ({ name: 'model', type: 'tfl.LayersModel', range, shape } as const)
    : ({ name: 'weights', type: 'Weights', range, shape } as const)
  const training = options.protocol === undefined ? [] : writeTraining(options.protocol, trained)
  const own = [...printModel(parts, options), ...(parts.classes ?? []), ...training, ...parts.tables]
  const used = namesIn(project.createSourceFile('model.ts', own.join('\n')).compilerNode)
  const copied = partsFor(['forward', 'initWeights', 'loadWeights', 'trainableWeights', ...used], library)
  const from = (...wanted: readonly Room[]) => copied.filter(({ room }) => wanted.includes(room))
  // A class must stand before those that extend it.
  const [bases, others] = [copied.filter(({ isClass }) => isClass), from(...rooms).filter(({ isClass }) => !isClass)]
  const text = [
    printHead(variant, options),
    ...printModel(parts, options),
    ...from('operations').map(printPart),
    ...bases.map(printPart),
    ...(parts.classes ?? []),
    ...training,
    ...from('training', 'augment').map(printPart),
    parts.tables.join('\n'),
    ...[...others, ...from('arrays')].map(printPart),
  ].join('\n\n')
  return `${text.trim()}\n`
}

const weightsDoc =
  '/** By their places in the source. In files, `for2[0].conv0.kernel` is called `for2.1.conv0.kernel`. */'

function printHead(variant: Subject, options: ModuleOptions): string {
  const layers = "'@tensorflow/tfjs-layers'"
  const forGradients = [
    '// For the gradients of the operations, which tfjs-core does not register by itself.',
    `import ${layers}`,
  ]
  const plain = options.protocol === undefined ? [] : forGradients
  return [
    `// ${describeModule(variant, packagesOf(options))}`,
    "import * as tf from '@tensorflow/tfjs-core'",
    ...(options.layers ? [`import * as tfl from ${layers}`] : plain),
  ].join('\n')
}

function printModel(parts: ModuleParts, { layers }: ModuleOptions): readonly string[] {
  const { architecture, functions, forward } = parts
  return [
    architecture.join('\n'),
    ...(layers ? [] : printTypes(parts.types)),
    'export interface ForwardOptions {\n  readonly training?: boolean\n}',
    ...forward.map((part) => printFunction(part, part.name === 'forward' || part.name === 'createModel')),
    ...functions.map((part) => printFunction(part, false)),
  ]
}

function printTypes(types: readonly RecordType[]): readonly string[] {
  const isShown = (type: RecordType) => type.name === 'Weights'
  return [
    ...types.filter((type) => !isShown(type)).map(printType),
    ...types.filter(isShown).map((type) => `${weightsDoc}\nexport ${printType(type)}`),
  ]
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
  const body = indent(printLines(lines))
  return [...printDoc(doc), ...[head, ...body, '}'].flatMap(wrapLine)].join('\n')
}

function printDoc(doc: readonly string[]): readonly string[] {
  if (doc.length === 1) return [`/** ${doc[0]} */`]
  return doc.length === 0 ? [] : ['/**', ...doc.map((text) => ` * ${text}`), ' */']
}

function printPart({ name, text }: LibraryPart): string {
  return shown.has(name) ? text.replace(/^(function|interface|type) /m, 'export $1 ') : text
}
