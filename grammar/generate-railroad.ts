import { type GrammarRule, readGrammar } from './gast.ts'
import { generateEbnf } from './generate-ebnf.ts'
import { drawRule } from './railroad-drawing.ts'
import { railroadExamples } from './railroad-examples.ts'
import { railroadStyle } from './railroad-style.ts'

/** The parts of the page, each with the rule that the parser declares first in it; shown from the whole to the detail. */
const parts = [
  { title: 'Files and declarations', first: 'sourceFile' },
  { title: 'Networks and defines', first: 'body' },
  { title: 'Ablations', first: 'selector' },
  { title: 'Protocols and studies', first: 'protocol' },
  { title: 'Values', first: 'identifier' },
] as const

const introduction = `<p>The grammar of <code>.wmnet</code> and <code>.wmspec</code> files, drawn from the parser. Follow the line from left to
right; rounded boxes are written as they stand, square ones lead to a rule or to a kind of word. What a
diagram cannot say, such as which newlines count and where a keyword is a name, stands in <code>README.md</code> beside this page.</p>`

interface Page {
  readonly rules: readonly GrammarRule[]
  /** The EBNF of each rule and each kind of word. */
  readonly ebnf: ReadonlyMap<string, string>
}

/** The grammar as a page of railroad diagrams: static HTML with inline SVG, no scripts, nothing loaded from elsewhere. */
export function generateRailroad(): string {
  const rules = readGrammar()
  const page = { rules, ebnf: readEbnf() }
  const words = [...page.ebnf.keys()].filter((name) => rules.every((rule) => rule.name !== name))
  const shown = parts.map(({ title, first }) => ({ title, id: first, rules: rulesFrom(rules, first) }))
  const contents = [
    ...shown.map((part) => printContents(part.title, part.rules.map(nameOf))),
    printContents('Words', words),
  ]
  const bodies = shown.map(
    (part) => `<h2>${part.title}</h2>\n${part.rules.map((rule) => printRule(rule, page)).join('\n')}`,
  )
  const lexical = `<h2>Words</h2>\n<p>Patterns are JavaScript regular expressions.</p>\n${words.map((name) => printWord(name, page)).join('\n')}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The grammar of wmnet</title>
<style>${railroadStyle}</style>
</head>
<body>
<h1>The grammar of wmnet</h1>
${introduction}
<nav aria-label="contents">
${contents.join('\n')}
</nav>
<main>
${bodies.join('\n')}
${lexical}
</main>
</body>
</html>
`
}

/** The rules from one on, up to the first of another part. */
function rulesFrom(rules: readonly GrammarRule[], first: string): readonly GrammarRule[] {
  const start = rules.findIndex(({ name }) => name === first)
  if (start < 0) throw new Error(`the parser has no rule ${first}, with which a part of the railroad page starts`)
  const length = rules.slice(start + 1).findIndex(({ name }) => parts.some((part) => part.first === name))
  return length < 0 ? rules.slice(start) : rules.slice(start, start + 1 + length)
}

function readEbnf(): ReadonlyMap<string, string> {
  const entries = generateEbnf().matchAll(/^(\w+) ::= .*(?:\n +\| .*)*/gm)
  return new Map([...entries].map((entry) => [entry[1], entry[0]]))
}

function printContents(title: string, names: readonly string[]): string {
  const items = names.map((name) => `<li><a href="#${name}"><code>${name}</code></a></li>`)
  return `<p>${title}</p>\n<ul>${items.join(' ')}</ul>`
}

function printRule(rule: GrammarRule, page: Page): string {
  const { name } = rule
  const example = railroadExamples[name]
  const lines = [
    `<section class="rule" id="${name}">`,
    `<h3><a href="#${name}">${name}</a></h3>`,
    printUses(name, page),
    `<figure>${drawRule(rule)}</figure>`,
    `<pre class="ebnf"><code>${printEbnf(name, page)}</code></pre>`,
    example === undefined ? '' : `<pre class="example"><code>${escapeHtml(example)}</code></pre>`,
    '</section>',
  ]
  return lines.filter((line) => line !== '').join('\n')
}

function printWord(name: string, page: Page): string {
  const code = `<pre class="ebnf"><code>${printEbnf(name, page)}</code></pre>`
  const heading = `<h3><a href="#${name}">${name}</a></h3>`
  return [`<section class="rule" id="${name}">`, heading, printUses(name, page), code, '</section>']
    .filter((line) => line !== '')
    .join('\n')
}

/** Which rules and words speak of this one. */
function printUses(name: string, { ebnf }: Page): string {
  const users = [...ebnf].filter(([user, text]) => user !== name && namesIn(text.slice(user.length)).includes(name))
  const links = users.map(([user]) => `<a href="#${user}"><code>${user}</code></a>`)
  return links.length === 0 ? '' : `<p class="from">in ${links.join(', ')}</p>`
}

/** The EBNF with its names as links. Regular expressions and literals stay as they are. */
function printEbnf(name: string, { ebnf }: Page): string {
  const text = ebnf.get(name)
  if (text === undefined) throw new Error(`the EBNF lacks ${name}`)
  const body = text.slice(name.length)
  const linked = splitEbnf(body).map((piece) =>
    ebnf.has(piece) ? `<a href="#${piece}">${piece}</a>` : escapeHtml(piece),
  )
  return `${name}${linked.join('')}`
}

function namesIn(text: string): readonly string[] {
  return splitEbnf(text).filter((piece) => /^\w+$/.test(piece))
}

/** Cuts EBNF into names, literals, regular expressions and the rest. */
function splitEbnf(text: string): readonly string[] {
  return text.match(/"[^"]*"|^ ::= \/.*$|\w+|[^\w"]+/g) ?? []
}

function nameOf({ name }: GrammarRule): string {
  return name
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
