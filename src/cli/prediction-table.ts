import type { PredictedFile } from './commands/predict.ts'

/** Characters of a full bar. */
const barWidth = 20

/** A file's likeliest classes, one a line, with what was done to its picture. */
export function renderPrediction(predicted: PredictedFile, top: number): string {
  const shown = predicted.probabilities.slice(0, top)
  const width = Math.max(...shown.map((entry) => entry.class.length))
  const rows = shown.map(({ class: name, probability }) => {
    const bar = '█'.repeat(Math.round(probability * barWidth))
    return `  ${name.padEnd(width)}  ${percent(probability).padStart(7)}  ${bar}`.trimEnd()
  })
  const rest = predicted.probabilities.length - shown.length
  const others = rest > 0 ? [`  and ${rest} more with ${percent(sumOf(predicted, top))} together`] : []
  return `${[`${predicted.file}: ${predicted.class}${notesOf(predicted)}`, ...rows, ...others].join('\n')}\n`
}

function notesOf({ resizedFrom, greyed, inverted, lightGround }: PredictedFile): string {
  const notes = [
    ...(resizedFrom === null ? [] : [`resized from ${resizedFrom.join('x')}`]),
    ...(greyed ? ['turned to grey'] : []),
    ...(inverted ? ['inverted'] : []),
    ...(lightGround ? [`light ground, trained on dark${inverted ? '' : ': --invert?'}`] : []),
  ]
  return notes.length === 0 ? '' : ` (${notes.join(', ')})`
}

function sumOf({ probabilities }: PredictedFile, from: number): number {
  return probabilities.slice(from).reduce((sum, { probability }) => sum + probability, 0)
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`
}
