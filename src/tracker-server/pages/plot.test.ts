import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { niceTop, renderPlot } from './plot.ts';

function plotOf(values: readonly number[], oldest = (values.length - 1) * 10) {
  return renderPlot({
    id: 'p',
    title: 'Announces/s',
    secondsAgo: values.map((_, i) => oldest - i * 10),
    series: [{ name: 'announces/s', kind: 'main', values }],
    isRate: true,
  }).markup;
}

test('the scale ends at a number that is easy to read, close above the highest value', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (highest) => {
      const top = niceTop(highest);
      assert.ok(top >= highest && (top <= 2 || top <= 2 * highest), `${highest}: ${top}`);
      assert.match(String(top / 2), /^[0-9.]{1,4}0*$/);
    }),
  );
});

test('the line goes through the values, newest at the right', () => {
  const markup = plotOf([0, 50, 100], 600);
  assert.match(markup, /class="line main" d="M0 100L6 50L12 0"/);
  assert.match(markup, /data-span="600"/);
  const end = plotOf([0, 100], 10);
  assert.match(end, /d="M354 100L360 0"/);
});

test('what is drawn is also said, and there as a table', () => {
  const markup = plotOf([10, 20, 60]);
  assert.match(markup, /<desc[^>]*>announces\/s: 60 now, 30 on average, between 10 and 60\./);
  assert.match(markup, /<th scope="row">now<\/th><td>60<\/td>/);
  assert.equal(markup.match(/<th scope="row">/g)?.length, 3);
});

test('an hour is a dozen rows of the table', () => {
  const markup = plotOf(Array.from({ length: 360 }, (_, i) => i));
  assert.equal(markup.match(/<th scope="row">/g)?.length, 12);
  assert.match(markup, /over the last hour/);
});

test('no points and one point are said in words', () => {
  for (const values of [[], [4]]) {
    const markup = plotOf(values);
    assert.match(markup, /within 20 seconds/);
    assert.ok(!/NaN|Infinity|undefined|class="line/.test(markup));
  }
});
