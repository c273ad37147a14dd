import { extname } from 'node:path'
import type { Program } from '../../compile.ts'
import { DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import { assertNever } from '../../evaluate/assert-never.ts'
import { countBoxes, createPicture, maxBoxes, type Picture, renderDot, renderSvg } from '../../picture/index.ts'
import { printProblems } from '../problems.ts'
import { selectVariant } from '../select.ts'
import { compileFile } from '../source.ts'
import type { Terminal } from '../terminal.ts'
import { writeOutput } from '../write-output.ts'

const formats = ['svg', 'dot', 'json'] as const
type Format = (typeof formats)[number]

export interface GraphFlags {
  readonly variant?: string
  /** Before and after. */
  readonly diff?: readonly string[]
  readonly svg?: true
  readonly dot?: true
  readonly json?: true
  readonly out?: string
}

/** `wmnet graph FILE`: a picture of one variant, or of what one becomes in another. */
export function graph(path: string, flags: GraphFlags, terminal: Terminal): number {
  const format = readFormat(flags)
  checkFlags(flags)
  const program = compileFile(path)
  const exitCode = printProblems(program.diagnostics, program.sources, terminal)
  if (exitCode !== 0) return exitCode
  const text = render(drawPicture(flags, program, path), format, path)
  if (flags.out === undefined) terminal.out(text)
  else writeOutput(flags.out, text)
  return 0
}

/** The one asked for; else the one that the output's name ends in; else SVG. */
function readFormat(flags: GraphFlags): Format {
  const asked = formats.filter((format) => flags[format] === true)
  const [only = formatOf(flags.out), ...others] = asked
  if (others.length === 0) return only
  throw new DiagnosticError([
    error('WM0906', `${asked.map((format) => `--${format}`).join(' and ')} ask for one output each`),
  ])
}

function formatOf(out: string | undefined): Format {
  const ending = out === undefined ? '' : extname(out).slice(1).toLowerCase()
  if (ending === '' || ending === 'svg') return 'svg'
  if (ending === 'dot' || ending === 'gv') return 'dot'
  if (ending === 'json') return 'json'
  const hints = ['name the format: --svg, --dot or --json', 'Graphviz and browsers turn these into other formats']
  throw new DiagnosticError([
    error('WM0904', `-o takes a name that ends in .svg, .dot or .json, not '${out}'`, { hints }),
  ])
}

function checkFlags({ variant, diff }: GraphFlags): void {
  if (diff === undefined) return
  if (variant !== undefined) {
    throw new DiagnosticError([error('WM0906', '--variant asks for one network, --diff for two compared')])
  }
  if (diff.length < 2) {
    const hints = ['for example: --diff cnn smooth']
    throw new DiagnosticError([
      error('WM0903', `option '--diff' needs two variants, found '${diff[0]}' alone`, { hints }),
    ])
  }
}

function drawPicture({ variant, diff }: GraphFlags, program: Program, path: string): Picture {
  if (diff === undefined)
    return createPicture(selectVariant(variant, program, path, ['compare two: --diff BEFORE AFTER']))
  const [before, after] = diff.map((name) => selectVariant(name, program, path))
  if (before === undefined || after === undefined || before === after) {
    throw new DiagnosticError([error('WM0904', `--diff takes two different variants, not '${diff[0]}' twice`)])
  }
  return createPicture(after, before)
}

function render(picture: Picture, format: Format, path: string): string {
  switch (format) {
    case 'svg':
      checkSize(picture, path)
      return renderSvg(picture)
    case 'dot':
      return renderDot(picture)
    case 'json':
      return `${JSON.stringify(picture, null, 2)}\n`
    default:
      return assertNever(format)
  }
}

function checkSize({ items, network }: Picture, path: string): void {
  const count = countBoxes(items)
  if (count <= maxBoxes) return
  const [found, most] = [count, maxBoxes].map((number) => number.toLocaleString('en-US'))
  const hints = ['--dot gives it to Graphviz, --json to programs']
  const message = `${path}: ${network} has ${found} boxes, equal repeats folded; a picture holds ${most}`
  throw new DiagnosticError([error('WM0911', message, { hints })])
}
