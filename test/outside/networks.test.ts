import { beforeAll, describe } from 'vitest'
import { backends, startBackend } from '../numeric/start-backend.ts'
import { testNetworks } from './networks-suite.ts'

describe.each(backends)('what PyTorch, Foolbox and Captum compute, on %s', (backend) => {
  beforeAll(() => startBackend(backend))
  testNetworks()
})
