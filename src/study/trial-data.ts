import type { Dataset } from '../data/dataset.ts'
import { datasets } from '../data/datasets/index.ts'
import { entryOf } from '../registry/construct.ts'
import type { TrialHooks, TrialJob } from './job.ts'

let cached: { readonly key: string; readonly dataset: Dataset } | null = null

/** The job's dataset; the last one loaded stays in memory, since the trials of a study mostly share it. */
export async function loadTrialData({ protocol, dataDir }: TrialJob, hooks: TrialHooks): Promise<Dataset> {
  const { data, seed } = protocol
  const key = JSON.stringify([data, seed, dataDir])
  if (cached?.key !== key) {
    const dataset = await entryOf(datasets, data).load(data.args, {
      seed,
      dataDir,
      signal: hooks.signal,
      onDownload: (progress) => hooks.onProgress({ kind: 'loading', ...progress }),
    })
    cached = { key, dataset }
  }
  return cached.dataset
}
