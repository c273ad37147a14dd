import { existsSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import type { BackendReport } from '../../backends/tfjs/index.ts'
import { cacheFolder } from '../../data/cache-folder.ts'
import { version } from '../../version.ts'
import type { Terminal } from '../terminal.ts'
import { mostThreads } from '../usage.ts'

/** What `wmnet doctor --json` prints. */
interface MachineReport {
  readonly wmnet: string
  readonly node: string
  readonly platform: string
  readonly cores: number
  readonly memoryGib: number
  readonly data: {
    /** `--data` or WMNET_DATA; null where neither is given. */
    readonly folder: string | null
    /** Whether that folder is there. */
    readonly found: boolean
    /** Where downloads are kept. */
    readonly cache: string
  }
  readonly backends: readonly BackendReport[]
  /** Whether `--threads` can be more than 1. */
  readonly threads: { readonly available: boolean; readonly problem: string | null; readonly most: number }
}

/** `wmnet doctor`: what this machine offers. */
export async function doctor(flags: { json?: true; data?: string }, terminal: Terminal): Promise<number> {
  const { examineBackends } = await import('../../backends/tfjs/index.ts')
  const { problemWithThreads } = await import('../../backends/tfjs/engines/wasm.ts')
  const folder = flags.data ?? process.env.WMNET_DATA ?? null
  const backends = await examineBackends()
  const problem = await problemWithThreads()
  const report: MachineReport = {
    wmnet: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    memoryGib: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    data: { folder, found: folder !== null && existsSync(folder), cache: cacheFolder() },
    backends,
    threads: { available: problem === null, problem, most: mostThreads },
  }
  terminal.out(flags.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report))
  return 0
}

function renderReport(report: MachineReport): string {
  const { wmnet, node, platform, memoryGib, data, backends } = report
  const width = Math.max(...backends.map((backend) => backend.name.length))
  const lines = [
    `wmnet ${wmnet}, Node ${node}, ${platform}, ${countCores(report)}, ${memoryGib} GiB`,
    '',
    'backends',
    ...backends.flatMap((backend) => describeBackend(backend, width)),
    '',
    'threads',
    `  ${describeThreads(report)}`,
    '',
    'data',
    `  folder  ${data.folder === null ? 'none given (--data, WMNET_DATA): files are downloaded' : describeFolder(data)}`,
    `  cache   ${data.cache}`,
  ]
  return `${lines.join('\n')}\n`
}

function describeBackend(backend: BackendReport, width: number): readonly string[] {
  const { name, available, version: packageVersion, detail, remedy, chosen } = backend
  const release = packageVersion === null ? '' : ` (${packageVersion})`
  const indent = ' '.repeat(width + 6)
  return [
    `  ${available ? '✓' : '✗'} ${name.padEnd(width)}  ${detail}${release}`,
    ...(remedy === null ? [] : [`${indent}${remedy}`]),
    ...(chosen === null ? [] : [`${indent}auto takes this one: ${chosen}`]),
  ]
}

function describeThreads({ threads: { available, problem, most }, ...machine }: MachineReport): string {
  if (!available) return `✗ one per trial: ${problem}`
  return `✓ --threads N gives a trial N on wasm, ${most} at most; jobs times threads fill the ${countCores(machine)}`
}

function countCores({ cores }: Pick<MachineReport, 'cores'>): string {
  return `${cores} ${cores === 1 ? 'core' : 'cores'}`
}

function describeFolder({ folder, found }: MachineReport['data']): string {
  return `${folder}${found ? '' : ' (not there)'}`
}
