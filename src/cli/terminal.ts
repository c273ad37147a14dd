import type { WriteStream } from 'node:tty'

/** Where a command writes: results on `out`, messages and progress on `note`. */
export interface Terminal {
  out(text: string): void
  note(text: string): void
  readonly outColor: boolean
  readonly noteColor: boolean
  /** Whether `note` reaches a person who watches it change. */
  readonly live: boolean
  /** Width of the terminal in characters. */
  readonly columns: number
}

export function openTerminal(): Terminal {
  const { stdout, stderr } = process
  return {
    out: (text) => void stdout.write(text),
    note: (text) => void stderr.write(text),
    outColor: wantsColor(stdout),
    noteColor: wantsColor(stderr),
    live: stderr.isTTY === true && process.env.TERM !== 'dumb',
    get columns() {
      // Some pseudo-terminals say 0.
      return stdout.columns || stderr.columns || 100
    },
  }
}

/** The conventions of no-color.org and force-color.org. */
function wantsColor(stream: WriteStream): boolean {
  if (process.env.NO_COLOR) return false
  if (process.env.FORCE_COLOR) return process.env.FORCE_COLOR !== '0'
  return stream.isTTY === true && process.env.TERM !== 'dumb'
}
