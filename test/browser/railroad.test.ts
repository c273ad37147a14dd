import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readGrammar } from '../../grammar/gast.ts'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const hasChromium = existsSync(executablePath)
const address = pathToFileURL(join(import.meta.dirname, '../../grammar/railroad.html')).href

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

it.runIf(process.env.WMNET_REQUIRE_CHROMIUM === '1')('chromium is there, as WMNET_REQUIRE_CHROMIUM=1 asks', () => {
  expect(hasChromium, `no chromium at ${executablePath}`).toBe(true)
})

describe.skipIf(!hasChromium)(`the railroad diagrams in a browser (needs chromium at ${executablePath})`, () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: FLAGS })
  })

  afterAll(async () => {
    await browser?.close()
  })

  async function open(width: number, colorScheme: 'light' | 'dark' = 'light') {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, offline: true })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (failure) => complaints.push(failure.message))
    page.on('request', (request) => {
      if (request.url() !== address) complaints.push(`requests ${request.url()}`)
    })
    await page.goto(address, { waitUntil: 'load' })
    return { page, complaints, close: () => context.close() }
  }

  for (const width of [1000, 400]) {
    it(`show without complaint or overflow at ${width} px`, async () => {
      const { page, complaints, close } = await open(width)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      expect(await clippedTexts(page)).toEqual([])
      expect(complaints).toEqual([])
      await close()
    })
  }

  it('show one diagram for each rule of the parser, with something in it', async () => {
    const { page, close } = await open(1000)
    const drawn = await page.evaluate(() =>
      [...document.querySelectorAll('section > figure > svg')]
        .filter((svg) => svg.getBoundingClientRect().width > 60 && svg.querySelector('text') !== null)
        .map((svg) => svg.closest('section')?.id),
    )
    expect([...drawn].sort()).toEqual(
      readGrammar()
        .map(({ name }) => name)
        .sort(),
    )
    await close()
  })

  it('have links that lead somewhere, each from the right word', async () => {
    const { page, close } = await open(1000)
    const wrong = await page.evaluate(() => {
      const links = [...document.querySelectorAll('a')].map((link) => {
        const target = link.getAttribute('href')?.slice(1) ?? ''
        return { target, text: link.textContent?.trim(), found: document.getElementById(target)?.id }
      })
      return links.filter(({ target, text, found }) => found !== target || text !== target)
    })
    expect(wrong).toEqual([])
    await close()
  })

  it('are followed by a click on a box', async () => {
    const { page, close } = await open(1000)
    await page.click('#layer svg a.rule[href="#suffix"]')
    const top = await page.evaluate(() => [
      location.hash,
      document.querySelector('#suffix')?.getBoundingClientRect().top,
    ])
    expect(top[0]).toBe('#suffix')
    expect(Math.abs(Number(top[1]))).toBeLessThan(40)
    await close()
  })

  it('follow a dark colour scheme', async () => {
    const { page, close } = await open(1000, 'dark')
    const colors = await page.evaluate(() => {
      const styles = ['body', '#layer svg text', '#layer svg .literal rect'].map((selector) => {
        const element = document.querySelector(selector)
        return element === null ? undefined : getComputedStyle(element)
      })
      return [styles[0]?.backgroundColor, styles[1]?.fill, styles[2]?.fill]
    })
    expect(colors).toEqual(['rgb(21, 23, 26)', 'rgb(232, 232, 230)', 'rgb(29, 51, 36)'])
    await close()
  })
})

/** Texts that reach beyond their box or their drawing, in this machine's fonts. */
function clippedTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('svg text')]
      .filter((text) => {
        const inner = text.getBoundingClientRect()
        const boxes = [text.parentElement?.querySelector('rect'), text.closest('svg')]
        return boxes.some((box) => {
          const outer = box?.getBoundingClientRect()
          return outer === undefined || inner.left < outer.left || inner.right > outer.right
        })
      })
      .map((text) => text.textContent ?? ''),
  )
}
