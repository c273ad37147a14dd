import type { CodeEntry } from '../codes.ts'

export const syntaxCodes = {
  WM0001: {
    title: 'file cannot be read',
    explanation:
      'The file is not there, is a folder, or may not be read by this user. The path in the message is the one that was opened, relative paths resolved.',
    exit: 1,
  },
  WM0002: {
    title: 'file is not UTF-8 text',
    explanation:
      'Source files are UTF-8. The message gives the offset of the first byte that is not. Save the file as UTF-8 in the editor; a byte-order mark is allowed and ignored.',
    exit: 1,
  },
  WM0003: {
    title: 'file too large',
    explanation:
      'A source file holds at most 16 MiB (16,777,216 bytes); it is refused before it is read. Source files are written by people: look whether the path is that of a data file, of weights or of a log.',
    exit: 1,
  },
  WM0004: {
    title: 'more problems than are shown',
    explanation:
      'Of the errors of a program the first 100 are shown, and of its warnings as many. After a thousand errors in a file it is not looked at any further. Mend the first ones and run the check again.',
    exit: 1,
  },
  WM0101: {
    title: 'stray character',
    explanation:
      'A character that belongs to no word of the language, outside strings and comments. The message names its code point, since some characters look like others or like nothing: typographic quotes, non-breaking spaces, NUL.',
    exit: 1,
  },
  WM0102: {
    title: 'comment never ends',
    explanation:
      'A `/*` without its `*/` makes a comment of the rest of the file. Comments do not nest: the first `*/` ends them.',
    exit: 1,
  },
  WM0103: {
    title: 'string never ends',
    explanation: 'A string starts and ends with `"` on one line. Write a line break inside a string as `\\n`.',
    exit: 1,
  },
  WM0104: {
    title: 'unknown escape in a string',
    explanation:
      'The escapes are `\\"`, `\\\\`, `\\n`, `\\t` and `\\u{1F600}` (a code point in hexadecimal, at most 10FFFF). A backslash itself is `\\\\`; paths are written with `/` on every system.',
    exit: 1,
  },
  WM0105: {
    title: 'malformed number',
    explanation:
      'Numbers are `3`, `0.5`, `1e-3` and `90%`; shapes are `28x28x1`, numbers and `x` without spaces. A number is not followed directly by a letter or another number. Names start with a letter or `_`.',
    exit: 1,
  },
  WM0106: {
    title: 'number out of range',
    explanation:
      'The number cannot be held as written: whole numbers go up to 9007199254740991 (2^53 - 1), others up to about 1.8e308.',
    exit: 1,
  },
  WM0107: {
    title: 'percent or modulo',
    explanation:
      'A `%` glued to a number is a percent sign (`90%` is 0.9), a `%` after a space is the modulo operator. `7%2` could be either: write `7 % 2`.',
    exit: 1,
  },
  WM0108: {
    title: 'bracket never closed',
    explanation:
      'Every `(`, `[` and `{` needs its closing partner. The label shows the opening bracket, the caret the first place where the closing one was missed.',
    exit: 1,
  },
  WM0109: {
    title: 'bracket closes nothing',
    explanation: 'A `)`, `]` or `}` without an opening partner before it. Delete it, or add the opening one.',
    exit: 1,
  },
  WM0110: {
    title: 'nested too deeply',
    explanation:
      'Brackets, operators and `if`s inside one another count as levels, and there may be 100 of them. Split long expressions with `let` or `sum([…])`, and deep bodies into `define`s.',
    exit: 1,
  },
  WM0111: {
    title: 'something else is wanted here',
    explanation:
      'The word found does not fit the grammar at this place; the message says what does. One message is given per statement, at its first wrong word.',
    exit: 1,
  },
  WM0112: {
    title: 'statement goes on where it should end',
    explanation:
      'A statement ends at a newline, at `;` or before `}`. Put two statements on two lines or a `;` between them. An expression goes on over several lines inside `( )` or `[ ]`, and after a comma.',
    exit: 1,
  },
  WM0113: {
    title: 'comparisons cannot be chained',
    explanation:
      '`a < b < c` would compare a truth value with c. Write `a < b and b < c`. The same goes for `==`, `!=` and the rest.',
    exit: 1,
  },
  WM0114: {
    title: 'slice with a step',
    explanation:
      'A slice `widths[0..2]` is a stretch of the list, both ends included; it takes no `step`. Pick single elements in a list: `[widths[0], widths[2]]`.',
    exit: 1,
  },
  WM0115: {
    title: 'statement is not a layer',
    explanation:
      'What stands alone in a body, or after `block`, is applied as a layer: a name, a call, an element of a list of layers, or an `if … then … else …` of such. Numbers and sums are not.',
    exit: 1,
  },
  WM0116: {
    title: 'file is not formatted',
    explanation:
      '`wmnet fmt` compares its result with the file before it gives it back: the same words and comments in the same order, the same meaning, and nothing left to format. Here they differ, so the file is left as it was. That is a bug in wmnet and not in the file; please report it.',
    exit: 1,
  },
  WM0117: {
    title: 'too many words in a file',
    explanation:
      'A file holds at most 1,500,000 words: names, numbers, brackets and the like. Far more than anyone writes, it is what a script made by mistake; `for`, `xN` and `define` say the same in a few lines.',
    exit: 1,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
