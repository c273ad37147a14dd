import { readFileSync } from 'node:fs'
import { createProgram } from '../src/cli/program.ts'
import type { Terminal } from '../src/cli/terminal.ts'

/** What `wmnet …` or `cat FILE` prints in the current folder, results and messages in the order in which they come. */
export async function runCommand(line: string): Promise<string> {
  const printed: string[] = []
  const print = (text: string) => void printed.push(text)
  const terminal: Terminal = { out: print, note: print, outColor: false, noteColor: false, live: false, columns: 120 }
  const [command, ...args] = line.split(' ')
  if (command === 'cat') return readFileSync(args[0] ?? '', 'utf8')
  if (command !== 'wmnet') throw new Error(`no such command here: ${line}`)
  await createProgram(terminal, () => {}).parseAsync(args, { from: 'user' })
  return printed.join('')
}
