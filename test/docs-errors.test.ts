import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generateErrors } from '../docs/generate-errors.ts'
import { codes } from '../src/diagnostics/codes.ts'

const errors = generateErrors(join(import.meta.dirname, 'golden'))

it('docs/errors.md holds every code and an example of it', async () => {
  await expect(errors).toMatchFileSnapshot('../docs/errors.md')
})

describe('docs/errors.md', () => {
  const headings = [...errors.matchAll(/^#+ (.+)$/gm)].map((match) => match[1])

  it('has one section for each code', () => {
    expect(headings.filter((heading) => heading.startsWith('WM'))).toEqual(Object.keys(codes).sort())
  })

  it('has links that lead to a heading', () => {
    const anchors = headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    )
    const links = [...errors.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1])
    expect(links.length).toBeGreaterThan(Object.keys(codes).length)
    expect(links.filter((link) => !anchors.includes(link))).toEqual([])
  })

  it('shows in each section a message of its own code', () => {
    const sections = errors.split(/^### /m).slice(1)
    const without = sections.filter((section) => !section.includes(`[${section.slice(0, 6)}]`))
    expect(without.map((section) => section.slice(0, 6))).toEqual([])
  })
})
