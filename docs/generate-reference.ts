import { compile } from '../src/compile.ts'
import { registryNouns } from '../src/evaluate/evaluate.ts'
import { describeType } from '../src/evaluate/value.ts'
import { costOf } from '../src/graph/cost.ts'
import { printShape } from '../src/graph/graph.ts'
import { catalog } from '../src/registry/catalog.ts'
import type { Construct } from '../src/registry/construct.ts'
import type { ArgValue, ParamSpec, RegistryName } from '../src/registry/params.ts'

interface Section {
  readonly registry: RegistryName
  readonly title: string
  readonly where: string
}

/** In the order in which a reader meets them. */
const sections: readonly Section[] = [
  {
    registry: 'layer',
    title: 'Layers',
    where:
      'What stands in the body of a `network` or a `define`, and what parameters of type `layer` take. ' +
      'The last columns show the example applied to a map of 28x28x4, or to a vector made of it.',
  },
  { registry: 'init', title: 'Initializers', where: 'Values of `init` and `bias_init` of the layers with weights.' },
  { registry: 'dataset', title: 'Data sets', where: 'After `data` in a protocol.' },
  { registry: 'augment', title: 'Augmentations', where: 'After `augment` in a protocol; several in one line.' },
  { registry: 'optimizer', title: 'Optimizers', where: 'After `train` in a protocol.' },
  { registry: 'loss', title: 'Losses', where: '`loss = …` in the braces of `train`.' },
  { registry: 'keep', title: 'Weights to keep', where: '`keep = …` in the braces of `train`: which epoch counts.' },
  { registry: 'noise', title: 'Noises', where: 'After `noise` in a protocol; one line for each.' },
  { registry: 'attack', title: 'Attacks', where: 'After `attack` in a protocol; one line for each.' },
  { registry: 'measure', title: 'Measures', where: 'After `measure` in a protocol; several in one line.' },
  { registry: 'explain', title: 'Explanations', where: 'After `explain` in a protocol; several in one line.' },
]

const head = `# Reference: everything that can be called

Layers, initializers, optimizers and all else that has a name and arguments, as the compiler knows them: this page is generated from its registries
(\`npx vitest run test/docs-reference.test.ts -u\` writes it anew). How calls are written and what a layer value is stands in
[language.md](language.md#expressions-and-types).
`

/** docs/reference.md: a table for each registry, and one for each entry that has parameters. */
export function generateReference(): string {
  return [head, ...sections.map(printSection)].join('\n')
}

function printSection({ registry, title, where }: Section): string {
  const entries = [...catalog[registry].values()]
  const withParameters = entries.filter(({ params }) => Object.keys(params).length > 0)
  const details = withParameters.map(printParameters)
  return [`## ${title}\n`, `${where}\n`, printOverview(registry, entries), ...details].join('\n')
}

function printOverview(registry: RegistryName, entries: readonly Construct[]): string {
  const shown = ['what it is', 'example']
  const headings = registry === 'layer' ? ['name', ...shown, 'output', 'parameters'] : ['name', ...shown]
  const rows = entries.map((entry) => {
    const cells = [linkTo(entry), asSentence(entry.doc), `\`${entry.example}\``]
    return registry === 'layer' ? [...cells, ...applyExample(entry)] : cells
  })
  return printTable(headings, rows)
}

function linkTo(entry: Construct): string {
  const name = `\`${entry.name}\``
  if (Object.keys(entry.params).length === 0) return name
  const anchor = headingOf(entry).toLowerCase().replaceAll(/[`.]/g, '').replaceAll(' ', '-')
  return `[${name}](#${anchor})`
}

/** Two registries may have an entry of one name, but headings must differ to be linked to. */
function headingOf({ registry, name }: Construct): string {
  const noun = registryNouns[registry]
  return registry === 'layer' ? `\`${name}\`` : `${noun.charAt(0).toUpperCase()}${noun.slice(1)} \`${name}\``
}

/** What the layer's example makes of a map, or of a vector, and how many parameters it has. */
function applyExample({ name, example }: Construct): readonly [string, string] {
  for (const before of ['', 'relu as stem', 'flatten']) {
    // The layer behind it has the shape that it puts out, also behind `none`, which leaves no trace in a graph.
    const program = compile(`network Example {\n  input 28x28x4\n  ${before}\n  ${example}\n  relu\n}`)
    const graph = program.variants[0]?.graph
    const shape = graph?.nodes.at(-1)?.shape
    if (graph === undefined || shape === undefined) continue
    return [printShape(shape), costOf(graph).parameters.total.toLocaleString('en-US')]
  }
  throw new Error(`the example of ${name} fits neither a map nor a vector`)
}

function printParameters(entry: Construct): string {
  const rows = Object.entries(entry.params).map(([parameter, spec]) => [
    `\`${parameter}\``,
    describeType(spec.type),
    describeDefault(spec),
    asSentence(spec.doc),
  ])
  return `### ${headingOf(entry)}\n\n${printTable(['parameter', 'takes', 'default', 'meaning'], rows)}`
}

function describeDefault({ default: initial, type }: ParamSpec): string {
  if (initial === undefined) return 'must be given'
  if (initial.kind === 'sameAs') return `as \`${initial.parameter}\``
  if (initial.value === null) return 'none'
  const { value } = initial
  const text = type.kind === 'shape' && Array.isArray(value) ? value.join('x') : printValue(value)
  return `\`${text}\``
}

function printValue(value: ArgValue): string {
  if (value === null) return 'none'
  if (typeof value === 'number') return printNumber(value)
  if (typeof value !== 'object') return String(value)
  if (!('name' in value)) return `[${value.map(printValue).join(', ')}]`
  const args = Object.values(value.args).map(printValue)
  return args.length === 0 ? value.name : `${value.name}(${args.join(', ')})`
}

function printNumber(value: number): string {
  const text = String(value)
  return text.length > 10 ? `${value.toPrecision(4)}…` : text
}

/** Some registries have fragments for documentation, others sentences. */
function asSentence(text: string): string {
  const sentence = /^[a-z]{2,} /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text
  return sentence.endsWith('.') ? sentence : `${sentence}.`
}

function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, headings.map(() => '---'), ...rows]
  return `${lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')}\n`
}
