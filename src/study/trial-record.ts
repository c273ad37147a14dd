import type { DivergedOutcome, TrainedOutcome, TrialJob, TrialOutcome } from './job.ts'

/** A trial that has ended as the run folder keeps it: all of its outcome but the weights. */
export type TrialRecord = TrainedRecord | DivergedRecord

interface RecordHead {
  readonly format: 'wmnet.trial/2'
  readonly key: string
}

interface TrainedRecord extends RecordHead, Omit<TrainedOutcome, 'model'> {}

interface DivergedRecord extends RecordHead, Omit<DivergedOutcome, 'diagnostics'> {}

export function recordOf(job: TrialJob, outcome: TrialOutcome): TrialRecord {
  const head = { format: 'wmnet.trial/2', key: job.key } as const
  if (outcome.kind === 'diverged') return { ...head, kind: 'diverged', result: outcome.result, images: outcome.images }
  const { result, examples, images, times } = outcome
  return { ...head, kind: 'trained', result, examples, images, times }
}

/**
 * JSON has no NaN and no infinities, and a measure may be one: they are kept as strings that nothing else
 * in a record equals. (results.json, which is for others to read, has null there.)
 */
export function encodeRecord(record: TrialRecord): string {
  const encode = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? `number:${value}` : value
  return `${JSON.stringify(record, encode, 1)}\n`
}

/** Undefined for a text that is not the record of this key. */
export function decodeRecord(text: string, key: string): TrialRecord | undefined {
  const decode = (_key: string, value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('number:') ? Number(value.slice('number:'.length)) : value
  try {
    const value: unknown = JSON.parse(text, decode)
    return isRecord(value) && value.key === key ? value : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is TrialRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === 'wmnet.trial/2' &&
    'key' in value
  )
}
