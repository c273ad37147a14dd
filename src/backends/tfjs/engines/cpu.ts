import type { Engine } from './engine.ts'

/** Plain JavaScript: always there, for tests and as the last resort. */
export const cpuEngine: Engine = {
  name: 'cpu',
  async probe() {
    const { version_cpu: version } = await import('@tensorflow/tfjs-backend-cpu')
    return { available: true, version, description: 'plain JavaScript', hardware: 'cpu' }
  },
  async load() {
    await import('@tensorflow/tfjs-backend-cpu')
  },
}
