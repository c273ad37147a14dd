/** What is used of railroad-diagrams 1.0.0, which comes without types. Nothing here needs a DOM: `toString` writes SVG. */
declare module 'railroad-diagrams' {
  interface Part {
    tagName: string
    attrs: Record<string, string | number>
    toString(): string
  }
  const railroad: {
    Diagram(...parts: Part[]): Part & { format(top: number, right: number, bottom: number, left: number): Part }
    Sequence(...parts: Part[]): Part
    /** @param normal the index of the part on the straight line */
    Choice(normal: number, ...parts: Part[]): Part
    Optional(part: Part): Part
    OneOrMore(part: Part, separator?: Part): Part
    ZeroOrMore(part: Part): Part
    Terminal(text: string): Part
    NonTerminal(text: string): Part
  }
  export = railroad
}
