/** Longer words are no slips of the pen. */
const maxLength = 60
/** Candidates looked at: half of them from the front, where the nearest names stand, half from the end, with the built-in ones. */
const maxCandidates = 1000

/**
 * The candidate nearest to a misspelled word, for "did you mean": at most one edit per three letters
 * (Damerau-Levenshtein, letter case ignored), or the only candidate whose last dotted part is the word (`smooth`, `wm.smooth`).
 * Ties go to the earlier candidate. The word itself is never suggested.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > maxLength) return undefined
  const all = thin([...candidates]).filter((candidate) => candidate !== word)
  const tails = all.filter((candidate) => candidate.endsWith(`.${word}`))
  if (tails.length === 1) return tails[0]
  const lowerCase = word.toLowerCase()
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of all) {
    const limit = Math.floor((Math.max(word.length, candidate.length) + 1) / 3)
    const distance = countEdits(lowerCase, candidate.toLowerCase(), limit)
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance }
  }
  return best?.candidate
}

function thin(candidates: readonly string[]): readonly string[] {
  if (candidates.length <= maxCandidates) return candidates
  return [...candidates.slice(0, maxCandidates / 2), ...candidates.slice(-maxCandidates / 2)]
}

/** Optimal string alignment distance; stops early with `limit + 1` when the lengths alone exceed the limit. */
function countEdits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let edits = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) edits = Math.min(edits, beforeLast[j - 2] + 1)
      row.push(edits)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]
}
