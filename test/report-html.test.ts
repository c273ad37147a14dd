import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { renderReport, renderReportFiles } from '../src/report/index.ts'
import { cleanText } from '../src/report/text.ts'
import { examples } from './golden/report/examples.ts'
import { damagedRun, results, run } from './golden/report/fixture.ts'
import { hostileText, poison } from './golden/report/poison.ts'

const incomplete = { ...results, complete: false, runs: [damagedRun] }

function open(html: string): Document {
  return parseHTML(html).document
}

/** Every start and end tag in order, but for those of tables, whose number depends on how long names are. */
function tagsOf(html: string): readonly string[] {
  const tags = html.match(/<\/?[a-zA-Z!][\w-]*/g) ?? []
  return tags.filter((tag) => !/^<\/?(table|thead|tbody|tr|th|td|div|sup|a|wbr)$/.test(tag))
}

describe('the report', () => {
  it('is this page', async () => {
    await expect(renderReport(results, examples)).toMatchFileSnapshot('golden/report/report.html.txt')
  })

  it('is this page for an incomplete study', async () => {
    await expect(renderReport(incomplete, [])).toMatchFileSnapshot('golden/report/report-incomplete.html.txt')
  })

  it('is a function of the results, and of the times only in its footer', () => {
    expect(renderReport(results, examples)).toBe(renderReport(results, examples))
    const later = { ...results, times: { ...results.times, started: '2031-01-01T00:00:00.000Z', seconds: 5 } }
    const withoutFooter = (html: string) => html.replace(/<footer>.*<\/footer>/s, '')
    expect(withoutFooter(renderReport(later, examples))).toBe(withoutFooter(renderReport(results, examples)))
  })

  it('reads the same from results.json', () => {
    const read = (value: unknown) => renderReport(JSON.parse(JSON.stringify(value)), examples)
    expect(read(results)).toBe(renderReport(results, examples))
    expect(read(incomplete)).toBe(renderReport(incomplete, examples))
  })

  it('loads and runs nothing', () => {
    const document = open(renderReport(results, examples))
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content')
    expect(policy).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    expect(document.querySelectorAll('script, iframe, object, embed, form, link[rel=stylesheet], base')).toHaveLength(0)
    for (const element of document.querySelectorAll('[src], [href]')) {
      const address = element.getAttribute('src') ?? element.getAttribute('href') ?? ''
      expect(address).toMatch(/^(#[\w-]+$|data:image\/png;base64,|data:,$)/)
    }
    expect(renderReport(results, examples)).not.toMatch(/url\(|@import/)
  })

  it('has unique ids, and links that lead to them', () => {
    const document = open(renderReport({ ...results, runs: [run, damagedRun] }, examples))
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const link of document.querySelectorAll('a[href]')) expect(ids).toContain(link.getAttribute('href')?.slice(1))
  })

  it('gives every picture words and every table headings', () => {
    const document = open(renderReport(results, examples))
    for (const image of document.querySelectorAll('img'))
      expect(image.getAttribute('alt')).toMatch(/^No\. \d+ of the test set, /)
    for (const svg of document.querySelectorAll('svg')) {
      expect(svg.getAttribute('role')).toBe('img')
      expect(svg.getAttribute('aria-label')).not.toBe('')
      expect(svg.closest('figure')?.querySelector('figcaption')?.textContent).not.toBe('')
    }
    for (const table of document.querySelectorAll('table')) {
      for (const head of table.querySelectorAll('th'))
        expect(head.getAttribute('scope')).toMatch(/^(col|row|colgroup)$/)
      const widths = [...table.querySelectorAll('tr')].map((row) =>
        [...row.children].reduce((sum, cell) => sum + Number(cell.getAttribute('colspan') ?? 1), 0),
      )
      expect(new Set(widths).size).toBe(1)
    }
  })

  it('puts the warnings between the numbers and the curves, and marks the numbers with them', () => {
    const html = renderReport(results, examples)
    const [table, warning, curve] = [html.indexOf('<table'), html.indexOf('Reasons to doubt'), html.indexOf('<svg')]
    expect(table).toBeLessThan(warning)
    expect(warning).toBeLessThan(curve)
    const marked = [...open(html).querySelectorAll('th[scope=row]')].filter((head) => head.querySelector('sup'))
    expect(new Set(marked.map((head) => head.firstChild?.textContent?.trim()))).toEqual(
      new Set(['smooth', 'unsharp_bn']),
    )
  })

  it('says at the top what an incomplete study lacks', () => {
    const html = renderReport(incomplete, examples)
    expect(html.indexOf('This study is not complete')).toBeLessThan(html.indexOf('<section'))
    expect(html).toContain('unsharp_bn has 1 of 2 trials')
    expect(renderReport(results, examples)).not.toContain('not complete')
  })

  it('can be made of nothing', () => {
    expect(renderReport({ ...results, complete: false, runs: [], sources: [] }, [])).toContain('without results yet')
  })

  it('shows the pixels that it was given', () => {
    const document = open(renderReport(results, examples))
    const pixelsOf = (image: Element, channels: number) => {
      const png = PNG.sync.read(Buffer.from((image.getAttribute('src') ?? '').split(',')[1] ?? '', 'base64'))
      return Buffer.from(png.data.filter((_, index) => index % 4 < channels)).toString('base64')
    }
    const images = [...document.querySelectorAll('img')]
    const isOverlay = (image: Element) => image.getAttribute('alt')?.includes(': where ') ?? false
    const overlays = images.filter(isOverlay).map((image) => pixelsOf(image, 3))
    expect(overlays).toEqual(
      examples.flatMap(({ explained }) => explained.flatMap((one) => one.images.map(({ overlay }) => overlay))),
    )
    const shown = images.filter((image) => !isOverlay(image)).map((image) => pixelsOf(image, 1))
    const given = examples.flatMap(({ images }) =>
      images.flatMap((image) => [image.clean.pixels, ...image.perturbed.map((entry) => entry.pixels)]),
    )
    // The images that the heat maps are of stand above them once.
    const explained = examples[0]?.explained[0]?.images.map(({ pixels }) => pixels) ?? []
    expect(explained).toHaveLength(3)
    expect(shown).toEqual([...given, ...explained])
  })

  it('marks wrong predictions not by colour alone', () => {
    const html = renderReport(results, examples)
    expect(html).toContain('<span class="wrong">5</span>')
    expect(html).toMatch(/\.wrong\{[^}]*underline/)
    expect(html).toMatch(/\.wrong::after\{content:/)
    expect(html).toContain('alt="No. 3 of the test set, fgsm eps 0.5: a 1 taken for 5"')
  })

  it('shows images under their own run', () => {
    const second = { ...run, subject: 'Other' }
    const study = { ...results, runs: [run, second] }
    const [first] = examples
    if (first === undefined) throw new Error('the fixture has examples')
    const html = renderReport(study, [{ ...first, run: { subject: 'Other', protocol: 'Paper' } }])
    expect(html.indexOf('<img')).toBeGreaterThan(html.indexOf('id="run-2"'))
    const astray = { ...first, run: { subject: 'Neither', protocol: 'Paper' } }
    expect(renderReport(study, [astray])).not.toContain('<img')
  })

  it('gives the command that repeats the study', () => {
    const command =
      'wmnet run paper.wmspec --study Robustness --backend wasm --seed 2019 --trials 2 --epochs 5 --batch 128'
    expect(renderReport(results, [])).toContain(`<code>${command}</code>`)
    const chosen = renderReport({ ...results, selection: ['Table2.cnn', 'Table2.smooth'] }, [])
    expect(chosen).toContain('--study Robustness --variant Table2.cnn,Table2.smooth --backend wasm')
    const spaced = results.sources.map((source) => ({ ...source, path: source.path.replace('paper.', "it's ") }))
    expect(renderReport({ ...results, sources: spaced }, [])).toContain(
      'wmnet run &#39;it&#39;\\&#39;&#39;s wmspec&#39;',
    )
  })

  it('keeps hostile text as text', () => {
    const expected = tagsOf(renderReport(poison(results, 'x'), poison(examples, 'x')))
    fc.assert(
      fc.property(hostileText, (text) => {
        const html = renderReport(poison(results, text), poison(examples, text))
        expect(tagsOf(html)).toEqual(expected)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what no page may hold
        expect(html).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        const document = open(html)
        expect(document.querySelector('h1')?.textContent).toBe(cleanText(text))
        expect(document.querySelector('pre:not(.command)')?.textContent).toBe(cleanText(text))
        for (const element of document.querySelectorAll('*')) {
          for (const { name } of element.attributes) expect(name).not.toMatch(/^on|^style$/)
        }
      }),
      { numRuns: 10 },
    )
  })
})

describe('the report files', () => {
  it('are the numbers, the page and its charts under safe, unique names', () => {
    const files = renderReportFiles({ ...results, runs: [run, run, { ...run, subject: '../../etc/passwd' }] }, examples)
    const paths = files.map(({ path }) => path)
    expect(paths.slice(0, 2)).toEqual(['results.csv', 'report.html'])
    expect(paths).toContain('charts/table2-paper-error-fgsm-eps.svg')
    expect(paths).toContain('charts/table2-paper-error-fgsm-eps-2.svg')
    expect(paths).toContain('charts/etc-passwd-paper-error-fgsm-eps.svg')
    expect(new Set(paths).size).toBe(paths.length)
    for (const path of paths.slice(2)) expect(path).toMatch(/^charts\/[a-z0-9_-]+\.svg$/)
  })
})
