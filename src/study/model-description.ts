import { compile, type Variant } from '../compile.ts'
import { type Diagnostic, error, type Staged } from '../diagnostics/diagnostic.ts'
import type { Shape } from '../graph/graph.ts'
import { version } from '../version.ts'
import type { StudyResults } from './results.ts'

/** `wmnet.json`: what a model's folder says of itself, enough to build the network again. */
export interface ModelDescription {
  readonly format: 'wmnet.model/1'
  /** The version that wrote it. */
  readonly wmnet: string
  readonly network: string
  /** The ablation (or the network itself) and which of its variants this is. */
  readonly subject: string
  readonly variant: string
  readonly graphHash: string
  readonly input: { readonly shape: Shape; readonly range: readonly [number, number] }
  /** The outputs' names, in their order. */
  readonly classes: readonly string[]
  /** How it was trained; null where that was not by `wmnet run`. */
  readonly training: TrainingDescription | null
  /** Every file that the network was compiled from; the last one imports the others. */
  readonly sources: StudyResults['sources']
}

export interface TrainingDescription {
  readonly protocol: string
  /** The data set's call. */
  readonly data: string
  readonly trial: number
  readonly seed: number
}

/** The same model gives the same text. */
export function describeModel({
  network,
  subject,
  variant,
  graphHash,
  input,
  classes,
  training,
  sources,
}: Omit<ModelDescription, 'format' | 'wmnet'>): string {
  const { shape, range } = input
  const description: ModelDescription = {
    ...{ format: 'wmnet.model/1', wmnet: version, network, subject, variant, graphHash },
    ...{ input: { shape, range }, classes, training, sources },
  }
  return `${JSON.stringify(description, null, 2)}\n`
}

/** A text that is no such description gives WM1004; `file` is its name in messages. */
export function readDescription(text: string, file: string): Staged<ModelDescription | undefined> {
  const fail = (message: string) => ({ value: undefined, diagnostics: [error('WM1004', `${file}: ${message}`)] })
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return fail('not JSON')
  }
  const { format } = isObject(content) ? content : {}
  if (format !== 'wmnet.model/1')
    return fail(`its format is ${typeof format === 'string' ? `'${format}'` : 'not stated'}, wanted 'wmnet.model/1'`)
  const wrong = isObject(content) ? findWrong(content) : undefined
  return wrong === undefined
    ? { value: content as ModelDescription, diagnostics: [] }
    : fail(`\`${wrong}\` is missing or not what it should be`)
}

/** Compiles the description's sources and finds its variant: the graph must be the one that the weights were trained in. */
export function compileDescribed(description: ModelDescription, file: string): Staged<Variant | undefined> {
  const { sources, subject, variant, graphHash } = description
  const texts = new Map(sources.map(({ path, text }) => [path, text]))
  const entry = sources.at(-1)
  if (entry === undefined) return fail(file, 'it has no sources')
  const program = compile(entry, { read: (path) => texts.get(path) })
  const studied = program.studies.flatMap((study) => study.runs.flatMap((run) => run.variants))
  const named = [...program.variants, ...studied].filter((found) => found.name === variant && found.subject === subject)
  const found = named.find(({ hash }) => hash === graphHash)
  if (found !== undefined) return { value: found, diagnostics: [] }
  const [other] = named
  const [first] = program.diagnostics.filter(({ severity }) => severity === 'error')
  if (other === undefined) return fail(file, `its sources have no ${subject}.${variant}`, first)
  const why = `its sources compile to the graph ${other.hash.slice(0, 8)}, it was trained as ${graphHash.slice(0, 8)}`
  return fail(file, `${why}; written by wmnet ${description.wmnet}, this is ${version}`)
}

function fail(file: string, message: string, cause?: Diagnostic): Staged<undefined> {
  const because = cause === undefined ? '' : `: ${cause.code} ${cause.message}`
  return { value: undefined, diagnostics: [error('WM1004', `${file}: ${message}${because}`)] }
}

/** The first field that is not of its type. */
function findWrong(content: Readonly<Record<string, unknown>>): string | undefined {
  const texts = ['wmnet', 'network', 'subject', 'variant', 'graphHash']
  const text = texts.find((key) => typeof content[key] !== 'string')
  if (text !== undefined) return text
  const { input, classes, training, sources } = content
  if (!isObject(input) || !areNumbers(input.shape, 3) || !areNumbers(input.range, 2)) return 'input'
  if (!Array.isArray(classes) || !classes.every((name) => typeof name === 'string')) return 'classes'
  if (training !== null && !isObject(training)) return 'training'
  return Array.isArray(sources) && sources.every(isSource) ? undefined : 'sources'
}

function isSource(value: unknown): boolean {
  return isObject(value) && typeof value.path === 'string' && typeof value.text === 'string'
}

function areNumbers(value: unknown, count: number): boolean {
  return Array.isArray(value) && value.length === count && value.every((item) => Number.isFinite(item))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
