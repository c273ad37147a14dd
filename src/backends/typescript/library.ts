import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as morph from 'ts-morph'
import { findPackageRoot } from '../../data/package-root.ts'
import { Node, ts } from './ts-morph.ts'

const runtime = 'src/backends/typescript/runtime'

/** Where the functions are that modules get copies of. */
const sources = {
  operations: ['src/backends/tfjs/ops/stock.ts'],
  training: [`${runtime}/training.ts`],
  augment: ['augment', 'random-crop', 'random-flip'].map((name) => `src/training/augment/${name}.ts`),
  model: [`${runtime}/model.ts`],
  plainRecord: [`${runtime}/record-plain.ts`, `${runtime}/record.ts`],
  noisyRecord: [`${runtime}/record-noisy.ts`, `${runtime}/record.ts`],
  arrays: [`${runtime}/arrays.ts`, `${runtime}/random.ts`, `${runtime}/starts.ts`],
} satisfies Readonly<Record<string, readonly string[]>>

export type Room = keyof typeof sources

/** One function, class or type that modules may get a copy of. */
export interface LibraryPart {
  readonly name: string
  /** With its comment, without `export`. */
  readonly text: string
  /** The names that it uses. */
  readonly uses: ReadonlySet<string>
  readonly room: Room
  readonly isClass: boolean
}

/** By name, in the order of the files. What is declared and not defined is left out: a module has its own. */
export function readLibrary(project: morph.Project, rooms: readonly Room[]): ReadonlyMap<string, LibraryPart> {
  const root = findPackageRoot()
  const parts = new Map<string, LibraryPart>()
  for (const [room, path] of rooms.flatMap((own) => sources[own].map((file) => [own, file] as const))) {
    const file = project.createSourceFile(path, readFileSync(join(root, path), 'utf8'))
    for (const statement of file.getStatements()) {
      const isPart =
        Node.isFunctionDeclaration(statement) ||
        Node.isClassDeclaration(statement) ||
        Node.isInterfaceDeclaration(statement) ||
        Node.isTypeAliasDeclaration(statement)
      if (!isPart || statement.hasDeclareKeyword()) continue
      const name = statement.getName() ?? ''
      if (parts.has(name)) throw new Error(`${path} has a second ${name}`)
      const uses = namesIn(statement.compilerNode)
      const docs = statement.getJsDocs().map((doc) => doc.getText())
      const text = statement.getText().replace(/^export /, '')
      parts.set(name, {
        name,
        text: [...docs, text].join('\n'),
        uses,
        room,
        isClass: Node.isClassDeclaration(statement),
      })
    }
  }
  return parts
}

/** The names that a piece of code uses; `tf.relu` uses `tf`. */
export function namesIn(node: morph.ts.Node): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (inner: morph.ts.Node): void => {
    if (ts.isIdentifier(inner)) names.add(inner.text)
    if (ts.isPropertyAccessExpression(inner)) visit(inner.expression)
    else if (ts.isQualifiedName(inner)) visit(inner.left)
    else if (ts.isPropertyAssignment(inner)) visit(inner.initializer)
    else if (ts.isPropertySignature(inner) && inner.type !== undefined) visit(inner.type)
    else if (ts.isMethodSignature(inner)) for (const part of [...inner.parameters, inner.type]) part && visit(part)
    else ts.forEachChild(inner, visit)
  }
  visit(node)
  return names
}

/** The parts that these names need, directly or through others, in the library's order. */
export function partsFor(names: Iterable<string>, library: ReadonlyMap<string, LibraryPart>): readonly LibraryPart[] {
  const needed = new Set<LibraryPart>()
  const pending = [...names]
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const part = library.get(name)
    if (part === undefined || needed.has(part)) continue
    needed.add(part)
    pending.push(...part.uses)
  }
  return [...library.values()].filter((part) => needed.has(part))
}
