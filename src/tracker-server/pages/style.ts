/** The style sheet of the tracker's pages. Sizes are multiples of 4 px; colours come from the tokens. */
export const styleCss = `
*, ::before, ::after { box-sizing: border-box; }
html { background: var(--page); color: var(--text); font: var(--size)/var(--line-height) var(--font); font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%; }
body { max-width: 1200px; min-height: 100vh; margin: 0 auto; padding: 0 24px; display: flex; flex-direction: column; }
main { flex: 1; outline: none; }
h1, h2, p, dl, dd, ul, figure { margin: 0; padding: 0; }
h1, h2 { font-size: var(--size); font-weight: 600; }
ul { list-style: none; }
a { color: inherit; text-decoration: none; }
p a, dd a { color: var(--accent); text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 2px; }
code { font-family: var(--mono); font-size: var(--small); line-height: 1; }
b { font-weight: 600; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: var(--radius); }
.skip { position: absolute; left: 24px; top: -48px; z-index: 2; padding: 8px 12px; background: var(--page); border: 1px solid var(--strong); border-radius: var(--radius); }
.skip:focus { top: 8px; }

.top { display: flex; align-items: center; gap: 24px; height: 48px; border-bottom: 1px solid var(--line); }
.brand { display: flex; align-items: center; gap: 8px; font-weight: 600; white-space: nowrap; }
.brand span { font-weight: 400; color: var(--quiet); }
.brand svg { width: 20px; height: 20px; fill: var(--accent); }
.top nav { display: flex; gap: 4px; align-self: stretch; }
.top nav a { display: flex; align-items: center; padding: 0 8px; color: var(--quiet); border-bottom: 2px solid transparent; margin-bottom: -1px; transition: color var(--quick); }
.top nav a:hover { color: var(--text); }
.top nav a[aria-current] { color: var(--text); border-bottom-color: var(--accent); }
.running { margin-left: auto; color: var(--quiet); white-space: nowrap; }
.running b { font-weight: 400; }
.theme { width: 32px; height: 32px; margin-right: -8px; padding: 0; border: 0; border-radius: var(--radius); background: none; color: var(--quiet); cursor: pointer; }
.theme:hover { background: var(--hover); color: var(--text); }
.theme svg { width: 16px; height: 16px; display: block; margin: auto; }
.theme circle { fill: none; stroke: currentColor; stroke-width: 1.5; }
.theme path { fill: currentColor; }
.lost { position: fixed; left: 50%; bottom: 16px; z-index: 2; translate: -50% 0; padding: 8px 16px; max-width: calc(100vw - 32px); background: var(--text); color: var(--page); border-radius: var(--radius); }
.degraded { margin-top: 16px; padding: 8px 12px; border-left: 3px solid var(--trouble); background: var(--raised); }
.degraded strong { color: var(--trouble); font-weight: 600; }

.figures { display: flex; flex-wrap: wrap; margin: 20px 0 24px; gap: 16px 0; }
.figures > div { flex: 1 0 120px; padding: 0 16px; border-left: 1px solid var(--line); }
.figures > div:first-child { padding-left: 0; border-left: 0; }
.figures dt { color: var(--quiet); font-size: var(--small); }
.figures dd { font-size: var(--large); line-height: 28px; font-weight: 500; white-space: nowrap; }

.activity { display: grid; grid-template-columns: 2fr 1fr; gap: 24px 40px; padding: 16px 0 12px; border-top: 1px solid var(--line); }
.plots { display: grid; grid-template-columns: 1fr 1fr; gap: 24px 40px; }
.activity > *, .plots > * { min-width: 0; }
.activity section { padding: 0; border: 0; margin: 0; }
figcaption { display: flex; align-items: baseline; gap: 12px; white-space: nowrap; }
.reading { flex: 1; overflow: hidden; color: var(--quiet); font-size: var(--small); text-align: right; }
.legend { color: var(--quiet); font-size: var(--small); }
.legend::before { content: ""; display: inline-block; width: 12px; height: 0; margin-right: 4px; vertical-align: 4px; border-top: 2px solid var(--accent); }
.legend.other::before { border-top: 2px dotted var(--strong); }
.plot-area { position: relative; display: grid; grid-template-columns: 44px 1fr; margin-top: 12px; }
.plot-area svg { display: block; width: 100%; height: 112px; overflow: visible; }
.plot-y { display: flex; flex-direction: column; justify-content: space-between; margin: -8px 8px -8px 0; text-align: right; line-height: 16px; }
.plot-x { grid-column: 2; display: grid; grid-template-columns: repeat(4, 1fr); margin-top: 8px; line-height: 16px; position: relative; }
.plot-x span:last-child { position: absolute; right: 0; }
.plot-y, .plot-x { color: var(--quiet); font-size: 12px; white-space: nowrap; }
.plot path { vector-effect: non-scaling-stroke; fill: none; }
.plot .grid { stroke: var(--line); stroke-width: 1; }
.plot .base { stroke: var(--edge); stroke-width: 1; }
.plot .area { fill: var(--tint); }
.plot .line { stroke: var(--accent); stroke-width: 1.5; stroke-linejoin: round; }
.plot .line.other { stroke: var(--strong); stroke-dasharray: 2 3; stroke-linecap: round; }
.plot .cursor { stroke: var(--strong); stroke-width: 1; }
.plot details { margin-top: 8px; }
summary { color: var(--quiet); font-size: var(--small); cursor: pointer; width: fit-content; }
summary:hover { color: var(--text); }
summary h2 { display: inline; color: var(--text); }

.announce { display: flex; flex-wrap: wrap; align-items: center; gap: 0 24px; padding: 8px 0; min-height: 48px; }
.announce details { flex-basis: 100%; }
.announce details[open] { padding-bottom: 4px; }
.announce:not(:has(details[open])) details { flex-basis: auto; }
.urls { display: flex; flex-wrap: wrap; gap: 0 24px; }
.urls li { display: flex; align-items: center; gap: 8px; min-height: var(--row); }
.urls code, .facts code { min-width: 0; overflow-wrap: anywhere; }
button { font: inherit; color: inherit; }
.copy, .search button, .action { padding: 0 8px; height: 24px; line-height: 22px; border: 1px solid var(--edge); border-radius: var(--radius); background: none; color: var(--text); font-size: var(--small); cursor: pointer; white-space: nowrap; transition: background-color var(--quick); }
.copy:hover, .search button:hover, .action:hover { background: var(--hover); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 12px; }
.actions > * { height: 32px; line-height: 30px; padding: 0 12px; font-size: var(--size); }
.actions a { color: var(--text); text-decoration: none; }

table { width: 100%; border-collapse: collapse; }
th, td { height: var(--row); padding: 0 0 0 16px; text-align: left; font-weight: 400; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
thead th { color: var(--quiet); font-size: var(--small); }
tbody tr { border-top: 1px solid var(--line); }
.number, .transports td, .transports thead th { text-align: right; }
.transports th, .transports td { height: 27px; }
.transports td:first-child { text-align: left; }
.plot details td, .plot details thead th { text-align: right; }
.plot details th:first-child { text-align: left; }
.none { color: var(--quiet); }

section { padding-top: 16px; }
section + section, .figures + section, .activity + section { border-top: 1px solid var(--line); }
section + section { margin-top: 16px; }
.announce + section { margin-top: 0; }
#table { scroll-margin-top: 8px; }
.bar { display: flex; align-items: center; gap: 12px; min-height: 32px; }
.bar h1, .bar h2 { font-size: 16px; }
.found { color: var(--quiet); }
.found a { color: inherit; }
.search { display: flex; align-items: center; gap: 8px; margin-left: auto; position: relative; }
.search input[type=search] { width: 280px; height: 32px; padding: 0 32px 0 12px; border: 1px solid var(--strong); border-radius: var(--radius); background: var(--page); color: inherit; font: inherit; appearance: none; }
.search input::placeholder { color: var(--quiet); opacity: 1; }
.search input[type=search]:focus-visible { outline-offset: -1px; }
.search kbd { margin-left: -36px; margin-right: 8px; width: 20px; height: 20px; border: 1px solid var(--edge); border-radius: var(--radius); color: var(--quiet); font: 12px/18px var(--mono); text-align: center; pointer-events: none; }
.search button, .search .clear { height: 32px; line-height: 30px; }
.search span { display: contents; }
.search .clear { padding: 0 4px; color: var(--accent); }
.sorts { display: none; }

.torrents, .catalog, .peers, .files { table-layout: fixed; margin-top: 8px; }
.torrents .number, .catalog .number { width: 104px; }
.torrents .health, .catalog .health { width: 168px; padding-left: 32px; }
thead th a { display: inline-flex; align-items: center; gap: 4px; height: var(--row); }
thead th a:hover, thead th a.sorted { color: var(--text); }
.arrow { width: 8px; height: 8px; fill: currentColor; }
tbody tr:hover { background: var(--hover); }
tbody .name { overflow: hidden; text-overflow: ellipsis; }
tbody .name a { display: block; overflow: hidden; text-overflow: ellipsis; line-height: 30px; }
tbody .name a:hover { color: var(--accent); }
tbody .name a:focus-visible { outline-offset: -2px; }
tbody .name code { color: var(--quiet); }
.sub { display: none; }
.state { display: flex; align-items: center; gap: 12px; }
.share { width: 48px; height: 4px; flex: none; }
.share .rest { fill: var(--edge); }
.share .part { fill: var(--accent); }
.rank0 .word, .word.rank0 { color: var(--trouble); }
.rank3 .word, .rank4 .word { color: var(--quiet); }
.figures .state { height: 28px; font-size: var(--size); font-weight: 400; }
tbody td { transition: color var(--quick); }
.empty, .note { padding: 8px 0; color: var(--quiet); max-width: 72ch; }
.pages { display: flex; gap: 16px; align-items: center; height: 48px; border-top: 1px solid var(--line); }
.pages a { color: var(--accent); }
.pages span { color: var(--quiet); }

.path { padding-top: 16px; color: var(--quiet); }
h1.name { margin-top: 4px; font-size: var(--large); line-height: 28px; overflow-wrap: anywhere; }
.facts > div { display: flex; gap: 16px; padding: 4px 0; }
.facts dt { flex: none; width: 96px; color: var(--quiet); }
.facts dd { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; min-width: 0; overflow-wrap: anywhere; }
.peers .family { width: 96px; }
.peers th:nth-child(2), .peers td:nth-child(2) { width: 32%; }
.peers th:nth-child(4), .peers td:nth-child(4), .files .number { width: 120px; }
.peers .number { width: 152px; }
.problem { max-width: 72ch; padding: 48px 0; }
.problem h1 { font-size: var(--large); line-height: 28px; margin-bottom: 8px; }
.problem p + p { margin-top: 8px; }

footer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 24px; margin-top: 32px; padding: 12px 0 24px; border-top: 1px solid var(--line); color: var(--quiet); font-size: var(--small); }
footer a { margin-left: 8px; color: inherit !important; }

@media (max-width: 860px) {
  .activity { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 720px) {
  .plots { grid-template-columns: minmax(0, 1fr); gap: 16px; }
  .plot-area svg { height: 72px; }
  body { padding: 0 16px; }
  .top { gap: 12px; }
  .running { display: none; }
  .theme { margin-left: auto; }
  .figures { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 12px; margin: 16px 0; }
  .figures > div, .figures > div:first-child { padding: 0; border: 0; }
  .bar { flex-wrap: wrap; }
  .search { width: 100%; margin: 0; }
  .search input[type=search] { flex: 1; min-width: 0; width: 0; height: 40px; font-size: 16px; padding-right: 12px; }
  .search button, .search .clear { height: 40px; line-height: 38px; }
  .search kbd { display: none; }
  .sorts { display: flex; flex-wrap: wrap; align-items: center; gap: 0 12px; margin-top: 8px; color: var(--quiet); font-size: var(--small); }
  .sorts a { display: inline-flex; align-items: center; gap: 4px; padding: 4px 0; }
  .sorts a.sorted { color: var(--text); font-weight: 600; }
  .torrents .size, .torrents .completed, .torrents .health, .catalog .size, .catalog .published, .catalog .health, .peers .family { display: none; }
  .torrents .number, .catalog .number { width: 72px; padding-left: 8px; }
  tbody .name a { line-height: 20px; padding-top: 8px; }
  .torrents tbody .name, .catalog tbody .name { height: 56px; vertical-align: top; }
  .sub { display: block; padding-bottom: 8px; color: var(--quiet); font-size: var(--small); overflow: hidden; text-overflow: ellipsis; }
  th, td { padding-left: 8px; }
  .peers th:nth-child(2), .peers td:nth-child(2) { width: 104px; }
  .peers th:nth-child(4), .peers td:nth-child(4) { width: 64px; }
  .peers .number { width: 80px; }
  .files .number { width: 92px; }
  .facts > div { flex-direction: column; gap: 0; }
  .urls li { min-height: 40px; }
  .copy { height: 32px; line-height: 30px; }
}
`;
