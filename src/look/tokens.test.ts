import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colours, neutral, neutralSteps, type Oklch, type Scheme, tokensCss } from './tokens.ts';

/** Relative luminance of WCAG 2, through OKLab and linear sRGB (Björn Ottosson's matrices). */
function luminance([lightness, chroma, hue]: Oklch): number {
  const angle = (hue * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  const cube = (x: number, y: number) => (lightness / 100 + x * a + y * b) ** 3;
  const l = cube(0.3963377774, 0.2158037573);
  const m = cube(-0.1055613458, -0.0638541728);
  const s = cube(-0.0894841775, -1.291485548);
  const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
  const [r, g, bl] = [red, green, blue].map((part) => Math.min(1, Math.max(0, part)));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * bl!;
}

function contrast(one: Oklch, other: Oklch): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

test('the measure is that of WCAG', () => {
  assert.ok(Math.abs(contrast([100, 0, 0], [0, 0, 0]) - 21) < 0.01);
  // #777 on white.
  assert.ok(Math.abs(contrast([100, 0, 0], [56.9, 0, 0]) - 4.48) < 0.05);
});

for (const scheme of ['light', 'dark'] satisfies Scheme[]) {
  test(`text and controls can be read, ${scheme}`, () => {
    for (const ground of ['page', 'raised', 'hover'] as const) {
      const on = (colour: Oklch) => contrast(colour, neutral(ground, scheme));
      assert.ok(on(neutral('text', scheme)) >= 7, `text on ${ground}`);
      assert.ok(on(neutral('quiet', scheme)) >= 4.5, `quiet on ${ground}`);
      assert.ok(on(colours.accent[scheme]) >= 4.5, `accent on ${ground}`);
      assert.ok(on(colours.trouble[scheme]) >= 4.5, `trouble on ${ground}`);
      // Edges of controls (WCAG 1.4.11).
      assert.ok(on(neutral('strong', scheme)) >= 3, `strong on ${ground}`);
    }
  });
}

test('both schemes have the same steps', () => {
  const step = (name: keyof typeof neutralSteps, scheme: Scheme) =>
    Math.abs(neutral(name, scheme)[0] - neutral('page', scheme)[0]);
  for (const name of Object.keys(neutralSteps) as (keyof typeof neutralSteps)[]) {
    assert.equal(step(name, 'light'), step(name, 'dark'), name);
    assert.ok(tokensCss.includes(`--${name}: light-dark(`));
  }
});
