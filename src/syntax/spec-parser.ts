import type { ParserMethod } from 'chevrotain'
import { AblationParser } from './ablation-parser.ts'
import type { Declaration, Expression, Identifier, ProtocolEntry, Setting, StudyRun } from './ast.ts'
import { onlyDefined } from './only-defined.ts'
import { Comma, Equals, Extends, Protocol, Run, Study, Under } from './tokens.ts'

/** Protocols and studies. */
export class SpecParser extends AblationParser {
  readonly protocol: ParserMethod<[], Declaration | undefined> = this.rule('protocol', () => {
    const start = this.offset()
    const head = this.beforeBody(() => {
      this.CONSUME(Protocol)
      const name = this.SUBRULE(this.identifier)
      const base = this.OPTION(() => {
        this.CONSUME(Extends)
        return this.SUBRULE2(this.identifier)
      })
      return { name, ...onlyDefined({ base }) }
    })
    const entries = this.braced(this.entry)
    return head === undefined ? undefined : { kind: 'protocol', ...head, entries, span: this.spanSince(start) }
  })

  /** `train adam(lr=1e-3) { epochs = 5 }`: which keywords there are is the checker's to know. */
  readonly entry: ParserMethod<[], ProtocolEntry | undefined> = this.rule('entry', () => {
    const start = this.offset()
    const keyword = this.SUBRULE(this.identifier)
    const values: Expression[] = []
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        values.push(this.SUBRULE(this.expression))
      },
      ERR_MSG: 'a value',
    })
    const settings = this.OPTION(() => this.braced(this.setting))
    return { keyword, values, settings: settings ?? [], span: this.spanSince(start) }
  })

  readonly setting: ParserMethod<[], Setting> = this.rule('setting', () => {
    const start = this.offset()
    const name = this.SUBRULE(this.identifier)
    this.CONSUME(Equals)
    return { name, value: this.SUBRULE(this.expression), span: this.spanSince(start) }
  })

  readonly study: ParserMethod<[], Declaration | undefined> = this.rule('study', () => {
    const start = this.offset()
    const name = this.beforeBody(() => {
      this.CONSUME(Study)
      return this.SUBRULE(this.identifier)
    })
    const runs = this.braced(this.run)
    return name === undefined ? undefined : { kind: 'study', name, runs, span: this.spanSince(start) }
  })

  readonly run: ParserMethod<[], StudyRun> = this.rule('run', () => {
    const start = this.offset()
    this.CONSUME(Run)
    const subjects = this.SUBRULE(this.names)
    this.CONSUME(Under)
    const protocols = this.SUBRULE2(this.names)
    return { subjects, protocols, span: this.spanSince(start) }
  })

  readonly names: ParserMethod<[], readonly Identifier[]> = this.rule('names', () => {
    const names: Identifier[] = []
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        names.push(this.SUBRULE(this.identifier))
      },
      ERR_MSG: 'a name',
    })
    return names
  })
}
