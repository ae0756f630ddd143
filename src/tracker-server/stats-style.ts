/** The style sheet of the statistics page: light and dark by the reader's setting, readable on a phone. */
export const statsStyle = `
:root {
  color-scheme: light dark;
  --page: oklch(98.5% 0.003 250);
  --card: oklch(100% 0 0);
  --line: oklch(90% 0.006 250);
  --text: oklch(25% 0.015 250);
  --quiet: oklch(48% 0.015 250);
  --accent: oklch(50% 0.15 250);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: oklch(19% 0.012 250);
    --card: oklch(23% 0.014 250);
    --line: oklch(33% 0.016 250);
    --text: oklch(93% 0.006 250);
    --quiet: oklch(71% 0.012 250);
    --accent: oklch(76% 0.12 250);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 64rem;
  padding: 24px 16px 48px;
  background: var(--page);
  color: var(--text);
  font: 14px/1.5 system-ui, sans-serif;
  font-variant-numeric: tabular-nums;
}
h1 { margin: 0; font-size: 20px; font-weight: 600; }
h2 { margin: 32px 0 12px; font-size: 14px; font-weight: 600; }
p { margin: 4px 0 0; color: var(--quiet); }
a { color: var(--accent); }
code { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.figures {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(136px, 1fr));
  gap: 12px;
  margin: 24px 0 0;
}
.figures div {
  padding: 12px 16px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--card);
}
.figures dt { color: var(--quiet); font-size: 13px; }
.figures dd { margin: 0; font-size: 22px; font-weight: 600; }
form { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 12px; }
input, select, button {
  min-height: 36px;
  padding: 4px 12px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--card);
  color: inherit;
  font: inherit;
}
input { flex: 1 1 200px; min-width: 0; }
button { cursor: pointer; border-color: var(--accent); color: var(--accent); }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 6px 16px; text-align: right; border-top: 1px solid var(--line); }
th { border-top: 0; color: var(--quiet); font-size: 13px; font-weight: 500; }
th:first-child, td:first-child { text-align: left; }
td bdi { display: block; overflow-wrap: anywhere; }
.empty { padding: 16px; margin: 0; }
@media (max-width: 480px) {
  th, td { padding: 6px 10px; }
}
`;
