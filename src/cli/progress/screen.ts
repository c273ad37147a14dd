import type { Terminal } from '../terminal.ts'

/** Lines at the bottom of the terminal that are painted over; printed text scrolls away above them. */
export interface Screen {
  draw(lines: readonly string[]): void
  print(text: string): void
  clear(): void
  /** Whether the last painting is long enough ago for another one. */
  isDue(): boolean
}

/** Between two paintings, in milliseconds. */
const paintEvery = 100

export function createScreen(terminal: Terminal): Screen {
  let painted = 0
  let paintedAt = 0
  const clear = (): void => {
    // Cursor up and erase to the end of the screen.
    if (painted > 0) terminal.note(`\u001b[${painted}A\u001b[0J`)
    painted = 0
  }
  return {
    clear,
    draw(lines) {
      clear()
      // A line that wraps would take two rows, and the next painting would miss one.
      terminal.note(lines.map((line) => `${line.slice(0, terminal.columns - 1)}\n`).join(''))
      painted = lines.length
      paintedAt = Date.now()
    },
    print(text) {
      clear()
      terminal.note(`${text}\n`)
    },
    isDue: () => Date.now() - paintedAt >= paintEvery,
  }
}
