/**
 * The look in numbers: colours, sizes, type and time, shared by every page of Shoal.
 * Neutrals are steps of OKLCH lightness, the same in both schemes: light step = 98.5 - x, dark = 19 + x.
 * One hue is the accent; red means trouble and nothing else. `tokens.test.ts` holds the contrasts.
 */
const neutralHue = 245;
const accentHue = 235;
const lightest = 98.5;
const darkest = 19;

/** Distance from the page's own lightness, in percent. */
export const neutralSteps = {
  page: 0,
  raised: 2.5,
  hover: 4,
  line: 8,
  edge: 16,
  strong: 44,
  quiet: 53,
  text: 75,
} as const;

export type Scheme = 'light' | 'dark';

/** Lightness and chroma in OKLCH, and hue in degrees. */
export type Oklch = readonly [lightnessPercent: number, chroma: number, hue: number];

export function neutral(name: keyof typeof neutralSteps, scheme: Scheme): Oklch {
  const step = neutralSteps[name];
  const chroma = name === 'page' ? 0.003 : 0.008;
  return [scheme === 'light' ? lightest - step : darkest + step, chroma, neutralHue];
}

export const colours: Readonly<Record<'accent' | 'trouble', Readonly<Record<Scheme, Oklch>>>> = {
  accent: { light: [49, 0.12, accentHue], dark: [74, 0.11, accentHue] },
  trouble: { light: [51, 0.18, 27], dark: [72, 0.14, 27] },
};

function both(of: (scheme: Scheme) => Oklch): string {
  const text = ([lightness, chroma, hue]: Oklch) => `oklch(${lightness}% ${chroma} ${hue})`;
  return `light-dark(${text(of('light'))}, ${text(of('dark'))})`;
}

const neutralNames = Object.keys(neutralSteps) as (keyof typeof neutralSteps)[];

export const tokensCss = `:root {
  color-scheme: light dark;
${neutralNames.map((name) => `  --${name}: ${both((scheme) => neutral(name, scheme))};`).join('\n')}
  --accent: ${both((scheme) => colours.accent[scheme])};
  --trouble: ${both((scheme) => colours.trouble[scheme])};
  --tint: color-mix(in oklab, var(--accent) 12%, var(--page));
  --font: -apple-system, "Segoe UI Variable Text", "Segoe UI", Roboto, Cantarell, Ubuntu, "Noto Sans", "Liberation Sans", "Helvetica Neue", Arial, system-ui, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
  --size: 14px;
  --small: 13px;
  --large: 20px;
  --line-height: 20px;
  --tiny: 12px;
  --row: 32px;
  --row-compact: 26px;
  --gap: 4px;
  --radius: 4px;
  --quick: 120ms;
  --shadow: 0 1px 2px light-dark(oklch(0% 0 0 / 6%), oklch(0% 0 0 / 40%)), 0 8px 24px light-dark(oklch(0% 0 0 / 12%), oklch(0% 0 0 / 48%));
  --veil: light-dark(oklch(30% 0.01 245 / 28%), oklch(0% 0 0 / 56%));
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
@media (prefers-reduced-motion: reduce) { :root { --quick: 0ms; } }
`;
