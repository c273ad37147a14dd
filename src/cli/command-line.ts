import { type Command, CommanderError } from 'commander'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { printBug, printProblems } from './problems.ts'
import { createProgram } from './program.ts'
import { openTerminal, type Terminal } from './terminal.ts'
import { describeUsageError } from './usage-errors.ts'

/** Runs one command line and returns its exit code; everything has been printed. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const terminal = openTerminal()
  let exitCode = 0
  const program = createProgram(terminal, (code) => {
    exitCode = code
  })
  silence(program, terminal)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (caught) {
    return explainEnd(caught, program, argv, terminal)
  }
}

/** Lets commander throw where it would print a message of its own style and exit. */
function silence(program: Command, terminal: Terminal): void {
  for (const command of [program, ...program.commands]) {
    command.exitOverride()
    command.configureOutput({ writeOut: terminal.out, writeErr: () => {} })
  }
}

function explainEnd(caught: unknown, program: Command, argv: readonly string[], terminal: Terminal): number {
  if (caught instanceof DiagnosticError) return printProblems(caught.diagnostics, new Map(), terminal)
  if (!(caught instanceof CommanderError)) return printBug(caught, terminal)
  if (caught.exitCode === 0) return 0
  if (caught.code === 'commander.help') {
    // Bare `wmnet`: commander has shown nothing, since this help belongs to an error.
    terminal.note(program.helpInformation())
    return 1
  }
  return printProblems([describeUsageError(caught, program, argv)], new Map(), terminal)
}
