import { exportOnnx, type OnnxNotes, requireFits } from '../../backends/onnx/index.ts'
import { DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import type { Graph } from '../../graph/graph.ts'
import { inferencePasses, optimizeForInference } from '../../passes/optimize.ts'
import { loadWeights } from '../../study/load-weights.ts'
import { initialWeights } from '../../weights/initial.ts'
import type { Weights } from '../../weights/weights.ts'
import { printProblems } from '../problems.ts'
import { selectVariant } from '../select.ts'
import { compileFile } from '../source.ts'
import type { Terminal } from '../terminal.ts'
import { writeOutput } from '../write-output.ts'

export interface ExportFlags {
  readonly variant?: string
  readonly weights?: string
  readonly seed?: number
  readonly out?: string
  readonly fold?: true
}

/** Where the weights come from is said, never assumed. */
type WeightSource = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'seed'; readonly seed: number }

/** `wmnet export FILE`: a variant with its weights as an ONNX file. */
export function exportNetwork(path: string, flags: ExportFlags, terminal: Terminal): number {
  const { source, out } = readFlags(flags)
  const program = compileFile(path)
  const exitCode = printProblems(program.diagnostics, program.sources, terminal)
  if (exitCode !== 0) return exitCode
  const variant = selectVariant(flags.variant, program, path)
  requireFits(variant.graph)
  const { weights, notes } = takeWeights(source, variant.graph)
  const written = flags.fold ? optimizeForInference(variant.graph, weights) : { graph: variant.graph, weights }
  const passes = flags.fold ? { passes: inferencePasses.map(({ name }) => name) } : {}
  const bytes = exportOnnx({ ...variant, graph: written.graph }, written.weights, { ...notes, ...passes })
  writeOutput(out, bytes)
  const less = flags.fold ? `, ${countGone(variant.graph, written.graph)}` : ''
  const size = `${bytes.length.toLocaleString('en-US')} bytes`
  terminal.note(`wrote ${out}: ${variant.name} with ${notes.weights}${less}, ${size}\n`)
  return 0
}

/** So that a flag that has nothing to do says so. */
function countGone(graph: Graph, written: Graph): string {
  const gone = graph.nodes.length - written.nodes.length
  return gone === 0 ? 'nothing to fold' : `${gone} ${gone === 1 ? 'layer' : 'layers'} folded or left out`
}

function readFlags({ weights, seed, out }: ExportFlags): { readonly source: WeightSource; readonly out: string } {
  if (weights !== undefined && seed !== undefined) {
    throw new DiagnosticError([error('WM0906', '--weights takes trained weights, --seed draws new ones')])
  }
  if (out === undefined) {
    throw new DiagnosticError([error('WM0903', 'no file to write', { hints: ['for example: -o model.onnx'] })])
  }
  if (weights !== undefined) return { source: { kind: 'file', path: weights }, out }
  if (seed !== undefined) return { source: { kind: 'seed', seed }, out }
  const hints = [
    'trained weights: --weights MODEL_FOLDER, or a .safetensors file',
    'those that training starts from: --seed 1',
  ]
  throw new DiagnosticError([error('WM0903', 'no weights to export', { hints })])
}

function takeWeights(
  source: WeightSource,
  graph: Graph,
): { readonly weights: Weights; readonly notes: OnnxNotes & { readonly weights: string } } {
  if (source.kind === 'seed') {
    return { weights: initialWeights(graph, source.seed), notes: { weights: `initial weights of seed ${source.seed}` } }
  }
  const { weights, description } = loadWeights(source.path, graph)
  if (description === undefined) return { weights, notes: { weights: 'weights of a safetensors file' } }
  const { training, classes } = description
  if (training === null) return { weights, notes: { weights: 'weights of a saved model', classes } }
  const { protocol, data, trial, seed } = training
  return { weights, notes: { weights: `weights of ${protocol} on ${data}, trial ${trial}, seed ${seed}`, classes } }
}
