#!/usr/bin/env node
import { runCommandLine } from './command-line.ts'

// A reader that has seen enough (`wmnet summary … | head`) ends the program quietly.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
}

const code = await runCommandLine(process.argv.slice(2))
process.exitCode = code
// Pipes are written in the background; leave when they are drained, whatever else (a GPU, a socket) is still open.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))))
process.exit(code)
