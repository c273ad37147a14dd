/** The look of the page of railroad diagrams, light and dark. */
export const railroadStyle = `
:root { color-scheme: light dark;
  --page: #ffffff; --ink: #1c1e21; --faint: #5c636b; --rule: #d6dadf; --link: #0b5cad; --track: #8a929b;
  --literal: #e3f3e6; --literal-edge: #3f8a50; --box: #e6effa; --box-edge: #3f74b3; --word: #fbf0dc; --word-edge: #b07a1e;
  --code: #f4f5f7; }
@media (prefers-color-scheme: dark) { :root {
  --page: #15171a; --ink: #e8e8e6; --faint: #a2a9b1; --rule: #343a41; --link: #7db7f5; --track: #76808b;
  --literal: #1d3324; --literal-edge: #62b877; --box: #1c2c40; --box-edge: #6ba4e6; --word: #3a2d15; --word-edge: #d9a54c;
  --code: #1e2226; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 0; font-family: ui-monospace, monospace; }
h3 a { color: inherit; text-decoration: none; }
a { color: var(--link); }
p { margin: .4rem 0; max-width: 46rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .875rem; }
nav ul { list-style: none; margin: 0 0 .75rem; padding: 0; display: flex; flex-wrap: wrap; gap: .15rem .9rem; }
nav p { margin: .75rem 0 .1rem; font-weight: 600; }
nav code { font-size: .9rem; }
section.rule { margin: 1.75rem 0 2.25rem; }
section.rule:target > h3 { background: var(--word); }
.from { color: var(--faint); font-size: .875rem; margin: .1rem 0; }
figure { margin: .5rem 0; overflow-x: auto; }
pre { margin: .35rem 0; padding: .5rem .7rem; background: var(--code); border-radius: 4px; overflow-x: auto; }
pre.example { border-left: 3px solid var(--literal-edge); border-radius: 0 4px 4px 0; }
svg { display: block; }
svg path { stroke: var(--track); stroke-width: 2; fill: none; }
svg rect { stroke-width: 1.5; fill: var(--box); stroke: var(--box-edge); }
svg .literal rect { fill: var(--literal); stroke: var(--literal-edge); }
svg .word rect { fill: var(--word); stroke: var(--word-edge); }
svg text { font: 13px ui-monospace, monospace; text-anchor: middle; fill: var(--ink); }
svg .literal text { font-weight: bold; }
svg a:hover text, svg a:focus text { text-decoration: underline; }
`
