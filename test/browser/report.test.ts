import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderCharts, renderReport } from '../../src/report/index.ts'
import { examples } from '../golden/report/examples.ts'
import { damagedRun, results, run } from '../golden/report/fixture.ts'
import { poison } from '../golden/report/poison.ts'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const hasChromium = existsSync(executablePath)
const isRequired = process.env.WMNET_REQUIRE_CHROMIUM === '1'

const HOSTILE = '</script></style></svg><img src="http://example.invalid/x" onerror="console.error(1)">\u0000\u202e]]>'

const PAGES: readonly (readonly [string, string])[] = [
  ['a study', renderReport(results, examples)],
  ['an incomplete study', renderReport({ ...results, complete: false, runs: [damagedRun, run] }, [])],
  ['a study with hostile names', renderReport(poison(results, HOSTILE), poison(examples, HOSTILE))],
]

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

it.runIf(isRequired)('chromium is there, as WMNET_REQUIRE_CHROMIUM=1 asks', () => {
  expect(hasChromium, `no chromium at ${executablePath}`).toBe(true)
})

describe.skipIf(!hasChromium)(`the report in a browser (needs chromium at ${executablePath})`, () => {
  let folder: string
  let browser: Browser

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wmnet-report-'))
    browser = await chromium.launch({ executablePath, args: FLAGS })
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Opens a file without a network; what it logs and asks for is kept. */
  async function open(name: string, content: string, width: number, colorScheme: 'light' | 'dark' = 'light') {
    const path = join(folder, name)
    writeFileSync(path, content)
    const address = pathToFileURL(path).href
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, offline: true })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (failure) => complaints.push(failure.message))
    page.on('request', (request) => {
      if (request.url() !== address && !request.url().startsWith('data:')) complaints.push(`requests ${request.url()}`)
    })
    await page.goto(address, { waitUntil: 'load' })
    return { page, complaints, close: () => context.close() }
  }

  for (const [name, html] of PAGES) {
    for (const width of [1200, 400]) {
      it(`shows ${name} at ${width} px without complaint or overflow`, async () => {
        const { page, complaints, close } = await open('report.html', html, width)
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true
        })
        expect(await brokenImages(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
        expect(await clippedTexts(page)).toEqual([])
        expect(complaints).toEqual([])
        await close()
      })
    }
  }

  it('loads all images of the examples', async () => {
    const { page, close } = await open('report.html', renderReport(results, examples), 1200)
    const perturbed = examples.flatMap(({ images }) => images.flatMap((image) => [0, ...image.perturbed]))
    const overlays = examples.flatMap(({ explained }) => explained.flatMap(({ images }) => images))
    // The images below the heat maps stand above them once.
    const count = perturbed.length + overlays.length + (examples[0]?.explained[0]?.images.length ?? 0)
    expect(await page.evaluate(() => [...document.images].filter((image) => image.naturalWidth === 28).length)).toBe(
      count,
    )
    await close()
  })

  it('follows a dark colour scheme, in the charts too', async () => {
    const { page, close } = await open('report.html', renderReport(results, examples), 1200, 'dark')
    const colors = await page.evaluate(() => {
      const curve = document.querySelector('svg [stroke="#0068a8"]')
      const styles = [document.body, curve].map((element) => (element === null ? null : getComputedStyle(element)))
      return [styles[0]?.backgroundColor, styles[0]?.color, styles[1]?.stroke]
    })
    expect(colors).toEqual(['rgb(21, 23, 26)', 'rgb(232, 232, 230)', 'rgb(86, 180, 245)'])
    await close()
  })

  it('opens every chart as a picture of its own', async () => {
    const { page, complaints, close } = await open('report.html', PAGES[0]?.[1] ?? '', 800)
    for (const { name, svg } of [...renderCharts(run), ...renderCharts(poison(run, HOSTILE))]) {
      const path = join(folder, `${name}.svg`)
      writeFileSync(path, svg)
      await page.goto(pathToFileURL(path).href)
      const root = await page.evaluate(() => [document.documentElement.nodeName, document.querySelector('parsererror')])
      expect(root).toEqual(['svg', null])
      expect(await clippedTexts(page)).toEqual([])
    }
    expect(complaints.filter((complaint) => !/^requests file:.*\.svg$/.test(complaint))).toEqual([])
    await close()
  })
})

function brokenImages(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.images].filter((image) => !image.complete || image.naturalWidth === 0).map((image) => image.alt),
  )
}

/** Chart texts that reach beyond their drawing, in this machine's fonts. */
function clippedTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('svg text')]
      .filter((text) => {
        const [inner, outer] = [text.getBoundingClientRect(), text.closest('svg')?.getBoundingClientRect()]
        return (
          outer === undefined ||
          inner.left < outer.left - 1 ||
          inner.right > outer.right + 1 ||
          inner.top < outer.top - 1 ||
          inner.bottom > outer.bottom + 1
        )
      })
      .map((text) => text.textContent ?? ''),
  )
}
