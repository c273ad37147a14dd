import type { TrialJob, TrialOutcome } from './job.ts'

/** A finished trial as the run folder keeps it: all of its outcome but the weights. */
export interface TrialRecord extends Omit<TrialOutcome, 'model'> {
  readonly format: 'wmnet.trial/1'
  readonly key: string
}

export function recordOf(job: TrialJob, outcome: TrialOutcome): TrialRecord {
  const { result, examples, images, times } = outcome
  return { format: 'wmnet.trial/1', key: job.key, result, examples, images, times }
}

/**
 * JSON has no NaN and no infinities, and a diverged training has them: they are kept as strings that nothing else
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
    value.format === 'wmnet.trial/1' &&
    'key' in value
  )
}
