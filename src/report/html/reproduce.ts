import type { StudyResults } from '../../study/results.ts'
import { shellWord } from '../text.ts'

/** The command that repeats the study, run in the folder of its file; null when the results hold no source. */
export function reproduceCommand(results: StudyResults): string | null {
  const spec = specPath(results)
  if (spec === null) return null
  const [first, ...others] = results.runs.map((run) => run.protocol)
  // Where protocols differ, no option can have set the value, and the file has it.
  const shared = (name: string, of: (protocol: NonNullable<typeof first>) => number): readonly string[] =>
    first === undefined || others.some((other) => of(other) !== of(first)) ? [] : [name, String(of(first))]
  return [
    'wmnet run',
    shellWord(spec.startsWith('-') ? `./${spec}` : spec),
    `--study ${shellWord(results.study)}`,
    ...(results.selection === null ? [] : [`--variant ${results.selection.map(shellWord).join(',')}`]),
    `--backend ${shellWord(results.backend)}`,
    ...shared('--seed', (protocol) => protocol.seed),
    ...shared('--trials', (protocol) => protocol.trials),
    ...shared('--epochs', (protocol) => protocol.train.epochs),
    ...shared('--batch', (protocol) => protocol.train.batch),
  ].join(' ')
}

/** The file that declares the study. Paths are relative to the folder of the file that was run. */
function specPath({ sources, study }: StudyResults): string | null {
  const declares = (text: string) =>
    text.split(/[\s{};]+/).some((word, i, words) => word === study && words[i - 1] === 'study')
  const spec =
    sources.find((source) => !source.path.includes('/') && declares(source.text)) ??
    sources.find(({ text }) => declares(text))
  return (spec ?? sources[0])?.path ?? null
}
