// Tests of backends that need a package of their own. Each has test files, and so a process, to itself.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../src/backends/tfjs/examine.ts'
import { releaseBackend, startBackend } from '../../src/backends/tfjs/select.ts'

/** WMNET_REQUIRE_BACKENDS=webgpu,tensorflow makes a backend's absence a failure. */
const required = (process.env.WMNET_REQUIRE_BACKENDS ?? '').split(',').filter((name) => name !== '')

/** Runs the tests with the backend active, or skips them, saying why, where it cannot run. */
export async function describeOnOptional(name: 'webgpu' | 'tensorflow', tests: () => void): Promise<void> {
  const probe = await engines[name].probe()
  const isRequired = required.includes(name)
  it.runIf(isRequired)(`${name} is there, as WMNET_REQUIRE_BACKENDS asks`, () => {
    expect(probe.available ? '' : probe.problem).toBe('')
  })
  const where = probe.available ? `${name} (${probe.description})` : `${name}, which cannot run: ${probe.problem}`
  describe.runIf(probe.available)(where, () => {
    beforeAll(async () => void (await startBackend(name)))
    tests()
  })
  afterAll(releaseBackend)
}
