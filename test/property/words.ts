import fc from 'fast-check'

/** Words of the language, and characters that belong to none. */
export const words = [
  ...['network A', 'ablation', 'variant', 'protocol P', 'study', 'run', 'under', 'use', 'define', 'of', 'extends'],
  ...['block', 'residual', 'parallel', 'branch', 'for', 'in', 'if', 'then', 'else', 'let', 'require', 'default', 'as'],
  ...['replace', 'with', 'remove', 'insert', 'before', 'after', 'wrap', 'match', 'by', 'within', 'expect', 'all'],
  ...['where', 'grid', 'zip', 'exclude', 'variant v {', 'ablation A of N {', 'replace a where b == 1 with c'],
  ...['x3', 'x', 'step', 'conv', 'wm.smooth', 'input', 'and', 'not', 'true', '28x28x1', '3', '90%', '1e-3', '"s"'],
  ...['(', ')', '[', ']', '{', '}', ',', ':', '..', '=', '==', '<', '+', '-', '%', ';', '\n', '\r\n', '//', '/*', '*/'],
  ...['"', "'", '\\', '\0', '@', '\u00A0', '😀', '\uFEFF', '\uD800'],
]
/** Words in any order. */
export const soup = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(' '))
