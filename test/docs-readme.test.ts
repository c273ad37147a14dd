import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from './docs-commands.ts'

const root = join(import.meta.dirname, '..')
const lines = readFileSync(join(root, 'README.md'), 'utf8').split('\n')

const home = process.cwd()
beforeAll(() => process.chdir(root))
afterAll(() => process.chdir(home))

/** The commands of the tour that need no training, each with the indented lines below it. */
function shownOutputs(): readonly (readonly [command: string, shown: readonly string[]])[] {
  return lines.flatMap((line, at) => {
    const command = /`npx (wmnet (?:summary|variants) examples\/\S+[^`]*)`/.exec(line)?.[1]
    const start = lines.findIndex((other, index) => index > at && other.startsWith('    '))
    const end = lines.findIndex((other, index) => index > start && other !== '' && !other.startsWith('    '))
    return command === undefined ? [] : [[command, lines.slice(start, end).map((shown) => shown.slice(4))] as const]
  })
}

/** The lines stand in the output as they are shown, next to each other but for what `…` leaves out. */
function findMissing(shown: readonly string[], output: readonly string[]): string | undefined {
  let next = 0
  let maySkip = true
  for (const line of shown.join('\n').trimEnd().split('\n')) {
    if (line === '…') maySkip = true
    else {
      const found = output.indexOf(line, next)
      if (found < 0 || (!maySkip && found > next)) return line
      next = found + 1
      maySkip = false
    }
  }
  return undefined
}

describe('what the README shows is what wmnet prints', () => {
  it('for some commands', () => expect(shownOutputs().length).toBeGreaterThanOrEqual(2))

  it.each(shownOutputs())('%s', async (command, shown) => {
    expect(findMissing(shown, (await runCommand(command)).split('\n'))).toBeUndefined()
  })
})
