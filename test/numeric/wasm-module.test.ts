import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { wasmModule } from '../../src/backends/tfjs/kernels/wasm-module.ts'

it('commits the module that assembly/ compiles to', { timeout: 120_000 }, async () => {
  const script = fileURLToPath(new URL('../../scripts/build-kernels.mjs', import.meta.url))
  await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toMatchObject({ stderr: '' })
})

it('lives in a foreign heap: one imported memory, no data segment, nothing else', async () => {
  const bytes = Uint8Array.from(Buffer.from(wasmModule, 'base64'))
  const module = await WebAssembly.compile(bytes)
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
  expect(WebAssembly.Module.exports(module).every(({ kind }) => kind === 'function')).toBe(true)
  expect(sectionIds(bytes)).not.toContain(11)
})

/** Ids of a module's sections (11 is data), from the binary format's framing: one id byte and a LEB128 length each. */
function sectionIds(bytes: Uint8Array): readonly number[] {
  const ids: number[] = []
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at++] ?? 0)
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0
      length |= (byte & 127) << shift
      if (byte < 128) break
    }
    at += length
  }
  return ids
}
