import { beforeAll, describe } from 'vitest'
import { testProfile } from './profile-suite.ts'
import { backends, startBackend } from './start-backend.ts'

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => startBackend(backend))
  testProfile(backend)
})
