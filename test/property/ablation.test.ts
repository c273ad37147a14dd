import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, type Program, type Variant } from '../../src/compile.ts'
import { renderDiagnostics } from '../../src/diagnostics/render-text.ts'
import type { Graph, GraphNode } from '../../src/graph/graph.ts'
import { summarize } from '../../src/graph/summary.ts'
import { verifyGraph } from '../../src/graph/verify.ts'
import { defines, kinds, networks, type RandomNetwork, selectors, structuralDiffs } from './random-network.ts'
import { runs } from './runs.ts'

const root = join(import.meta.dirname, '../..')

/** A network with an ablation of it: `base` and the variants given by their diffs. */
function compileVariants({ text }: Pick<RandomNetwork, 'text'>, variants: Readonly<Record<string, readonly string[]>>) {
  const declared = Object.entries({ base: [], ...variants }).map(
    ([name, diffs]) => `variant ${name} {\n${diffs.join('\n')}\n}`,
  )
  const program = compile(`${defines}${text}ablation A of N {\n${declared.join('\n')}\n}\n`)
  const hashOf = (name: string) => program.variant(name)?.hash
  return { program, hashOf, errors: codesOf(program) }
}

function codesOf({ diagnostics }: Program): readonly string[] {
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)
}

const keyOf = ({ role, origin }: GraphNode) => `${origin.site}|${role}`

function callsBySite(nodes: readonly GraphNode[]): ReadonlyMap<string, string> {
  return new Map(nodes.map((node) => [keyOf(node), JSON.stringify(node.call)]))
}

/** What a summary says of a graph, but for names and places in the source. */
function costsOf({ graph }: Variant) {
  const { layers, ...totals } = summarize({ name: '', graph }, 'written', () => 0)
  return { ...totals, layers: layers.map(({ file: _file, label: _label, ...layer }) => layer) }
}

/** The variant is sound, and so is the plain file made of it: the same network, which prints as the same file. */
function holdsToItsFile(variant: Variant): void {
  expect(verifyGraph(variant.graph)).toEqual([])
  expect(callsBySite(variant.graph.nodes).size).toBe(variant.graph.nodes.length)
  const text = variant.printPlain()
  const program = compile(text)
  expect(renderDiagnostics(program.diagnostics, program.sources, { color: false })).toBe('')
  const [again] = program.variants
  if (again === undefined) throw new Error('the plain file holds no network')
  expect(again.hash).toBe(variant.hash)
  expect(costsOf(again)).toEqual(costsOf(variant))
  expect(again.printPlain().replace(/^network \w+/, '')).toBe(text.replace(/^network \w+/, ''))
}

/** A random network with random diffs, those by label included. */
const edited = networks.chain((network) =>
  fc.tuple(
    fc.constant(network),
    fc.array(structuralDiffs(selectors(network, network.labels)), { minLength: 1, maxLength: 4 }),
  ),
)
const networkAndKind = fc.tuple(networks, fc.constantFrom(...kinds))

describe('a variant is written as a file that compiles to the same network', () => {
  it('random networks with random diffs', () => {
    let compiled = 0
    fc.assert(
      fc.property(edited, ([network, diffs]) => {
        const { program } = compileVariants(network, { v: diffs })
        for (const variant of program.variants) holdsToItsFile(variant)
        if (program.variant('v') !== undefined) compiled++
      }),
      runs(400),
    )
    // Else the diffs are too often wrong for the property to say much.
    expect(compiled).toBeGreaterThan(30)
  })

  const folders = ['examples', 'test/golden/elaborate']
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter((name) => name.endsWith('.wmnet')),
  )
  it.each(files)('%s', (path) => {
    const read = (name: string) => readFileSync(join(root, name), 'utf8')
    const program = compile({ path, text: read(path) }, { read })
    expect(program.variants.length).toBeGreaterThan(0)
    for (const variant of program.variants) holdsToItsFile(variant)
  })
})

describe('diffs apply in order, each to what the one before it left', () => {
  // Plain files keep layers and structures, not defines and loops: where a label stands among their layers is lost.
  const withoutLabels = ({ text }: RandomNetwork): RandomNetwork => {
    const labelless = text.replace(/ as l\d+/g, '').replace(/add\(l\d+\)/g, 'relu')
    return { text: labelless.replace(/\bpair\b/g, 'plain'), labels: [] }
  }
  const plain = networks.map(withoutLabels).chain((network) => {
    const diff = structuralDiffs(selectors(network, [], ['residual', 'densely', 'parallel']))
    return fc.tuple(fc.constant(network), diff, diff)
  })

  it('the second diff of a variant does what it does to the file of a variant with the first', () => {
    let compared = 0
    fc.assert(
      fc.property(plain, ([network, first, second]) => {
        const { program } = compileVariants(network, { one: [first], two: [first, second] })
        const [one, two] = [program.variant('one'), program.variant('two')]
        if (one === undefined) return
        const text = one.printPlain().replace(/^network \w+/, 'network N')
        const after = compileVariants({ text }, { two: [second] })
        // Against what a replacement loses an argument: in a variant the source's layer, here the one of the diff before.
        if (after.errors.includes('WM0411')) return
        expect(after.program.variant('two')?.hash).toBe(two?.hash)
        if (two !== undefined) compared++
      }),
      runs(400),
    )
    expect(compared).toBeGreaterThan(30)
  })

  it('removing what was inserted leaves the network as it was', () => {
    fc.assert(
      fc.property(networkAndKind, fc.constantFrom('before', 'after'), ([network, kind], side) => {
        const insert = `insert silu ${side} ${kind}`
        const { errors, hashOf } = compileVariants(network, { v: [insert, 'remove silu'] })
        if (hashOf('v') === undefined) expect(errors).toEqual(['WM0408'])
        else expect([hashOf('v'), errors]).toEqual([hashOf('base'), ['WM0405']])
      }),
      runs(60),
    )
  })

  it('replacing layers with their own kind changes nothing', () => {
    fc.assert(
      fc.property(networkAndKind, ([network, kind]) => {
        const { errors, hashOf } = compileVariants(network, { v: [`replace all ${kind} with ${kind}`] })
        if (hashOf('v') === undefined) expect(errors).toEqual(['WM0408'])
        else expect([hashOf('v'), errors]).toEqual([hashOf('base'), ['WM0405']])
      }),
      runs(60),
    )
  })

  it('the even and the odd matches are all matches', () => {
    const halves = (diff: string) => [0, 1].map((rest) => `${diff} where index % 2 == ${rest}`)
    fc.assert(
      fc.property(networkAndKind, ([network, kind]) => {
        // Neither changes how many of the kind there are, so that the second diff counts as the first did.
        const { hashOf, program } = compileVariants(network, {
          inserted: [`insert silu after ${kind}`],
          inserted_by_halves: halves(`insert silu after ${kind}`),
          wrapped: [`wrap ${kind} in gated`],
          wrapped_by_halves: halves(`wrap ${kind}`).map((diff) => `${diff} in gated`),
        })
        const change = program.variant('inserted')?.changes[0]
        const isSeveral = change?.kind === 'insert' && change.sites > 1
        if (!isSeveral) return
        expect(hashOf('inserted_by_halves')).toBe(hashOf('inserted'))
        expect(hashOf('wrapped_by_halves')).toBe(hashOf('wrapped'))
      }),
      runs(60),
    )
  })
})

it('`expect` holds a diff to the number of its matches', () => {
  fc.assert(
    fc.property(edited, fc.integer({ min: 0, max: 40 }), ([network, [diff = '']], other) => {
      const found = compileVariants(network, { v: [diff] })
      const change = found.program.variant('v')?.changes[0]
      if (change === undefined || !('sites' in change)) return
      const { hashOf, errors } = compileVariants(network, { v: [`${diff} expect ${change.sites}`] })
      expect([hashOf('v'), errors]).toEqual([found.hashOf('v'), found.errors])
      if (other === change.sites) return
      expect(compileVariants(network, { v: [`${diff} expect ${other}`] }).errors).toEqual(['WM0409'])
    }),
    runs(100),
  )
})

it('layers that a diff does not touch keep their sites, and with them their initial weights', () => {
  fc.assert(
    fc.property(networkAndKind, ([network, kind]) => {
      const { program } = compileVariants(network, {
        inserted: [`insert silu after ${kind} where index % 2 == 0`],
        replaced: [`replace ${kind} where index % 2 == 0 with ${kind === 'gelu' ? 'tanh' : 'gelu'}`],
        removed: [`remove ${kind} where index % 2 == 0`],
      })
      // A structure whose body has become empty is nothing, so that its merge goes, too.
      const layersOf = ({ nodes }: Graph) => callsBySite(nodes.filter(({ role }) => role !== 'merge'))
      const base = layersOf(program.variant('base')?.graph ?? failed())
      for (const name of ['inserted', 'replaced', 'removed']) {
        const variant = program.variant(name)
        const change = variant?.changes[0]
        // What changes shapes may add or drop projections: such a variant says nothing here.
        if (variant === undefined || change === undefined || !('sites' in change)) continue
        const own = layersOf(variant.graph)
        const touched = [...base].filter(([site, call]) => own.get(site) !== call)
        const added = [...own.keys()].filter((site) => !base.has(site))
        const isFlat = (graph: Graph) => graph.nodes.every(({ role }) => role !== 'shortcut')
        if (!isFlat(variant.graph)) continue
        expect([name, touched.length]).toEqual([name, name === 'inserted' ? 0 : change.sites])
        expect(added).toHaveLength(name === 'inserted' ? change.sites : 0)
      }
    }),
    runs(80),
  )
})

function failed(): never {
  throw new Error('the network itself is wrong')
}
