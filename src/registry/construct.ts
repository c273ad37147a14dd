import type { ArgValue, Params, RegistryName } from './params.ts'

/** What every registered thing has: a layer, an initializer, an optimizer, a dataset, an attack … */
export interface Construct<P extends Params = Params> {
  readonly registry: RegistryName
  /** As written in source; dotted for a namespace (`wm.smooth`). */
  readonly name: string
  /** One line, for help, completion and the reference. */
  readonly doc: string
  /** A call that compiles as it stands; the registry tests run it. */
  readonly example: string
  readonly params: P
}

/** A call with every hyperparameter known: defaults filled in, types and domains checked. JSON-safe. */
export interface ResolvedCall {
  readonly registry: RegistryName
  readonly name: string
  readonly args: Readonly<Record<string, ArgValue>>
}

/** Entries by name, in the order in which help and docs list them. */
export type Registry<C extends Construct = Construct> = ReadonlyMap<string, C>

/** Builds a registry; a name given twice is a bug in wmnet. */
export function registryOf<C extends Construct>(...constructs: readonly C[]): Registry<C> {
  const registry = new Map<string, C>()
  for (const construct of constructs) {
    if (registry.has(construct.name)) throw new Error(`${construct.registry} '${construct.name}' is registered twice`)
    registry.set(construct.name, construct)
  }
  return registry
}

/** The entry that a resolved call names. The checker resolved the name, so absence is a bug in wmnet. */
export function entryOf<C extends Construct>(registry: Registry<C>, call: ResolvedCall): C {
  const entry = registry.get(call.name)
  if (entry === undefined) throw new Error(`no ${call.registry} is registered as '${call.name}'`)
  return entry
}

/** The call as a user would write it, every argument by name: for tables and keys. */
export function printCall(call: ResolvedCall): string {
  const args = Object.entries(call.args).map(([name, value]) => `${name}=${printArg(value)}`)
  return args.length === 0 ? call.name : `${call.name}(${args.join(', ')})`
}

function printArg(value: ArgValue): string {
  if (value === null) return 'none'
  if (typeof value === 'object') return 'name' in value ? printCall(value) : `[${value.map(printArg).join(', ')}]`
  return String(value)
}
