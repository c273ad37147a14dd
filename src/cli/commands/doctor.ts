import { existsSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import type { BackendReport } from '../../backends/tfjs/index.ts'
import { cacheFolder } from '../../data/cache-folder.ts'
import { version } from '../../version.ts'
import type { Terminal } from '../terminal.ts'

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
}

/** `wmnet doctor`: what this machine offers. */
export async function doctor(flags: { json?: true; data?: string }, terminal: Terminal): Promise<number> {
  const { examineBackends } = await import('../../backends/tfjs/index.ts')
  const folder = flags.data ?? process.env.WMNET_DATA ?? null
  const report: MachineReport = {
    wmnet: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    memoryGib: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    data: { folder, found: folder !== null && existsSync(folder), cache: cacheFolder() },
    backends: await examineBackends(),
  }
  terminal.out(flags.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report))
  return 0
}

function renderReport({ wmnet, node, platform, cores, memoryGib, data, backends }: MachineReport): string {
  const width = Math.max(...backends.map((backend) => backend.name.length))
  const lines = [
    `wmnet ${wmnet}, Node ${node}, ${platform}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGib} GiB`,
    '',
    'backends',
    ...backends.flatMap((backend) => describeBackend(backend, width)),
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

function describeFolder({ folder, found }: MachineReport['data']): string {
  return `${folder}${found ? '' : ' (not there)'}`
}
