import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeHtml, foreignName, html, shownName } from './html.ts';

test('what is put into a template is text, unless it is HTML itself', () => {
  const inner = html`<b>${'<i>'}</b>`;
  const outer = html`<p title="${'"x" & \'y\''}">${inner}${['<', inner]}${undefined}${false}${0}</p>`;
  assert.equal(
    outer.markup,
    '<p title="&#34;x&#34; &#38; &#39;y&#39;"><b>&#60;i&#62;</b>&#60;<b>&#60;i&#62;</b>0</p>',
  );
});

test('no text makes markup or ends an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(!/[<>"']/.test(escapeHtml(text)));
      assert.match(
        html`<a title="${text}">${foreignName(text)}</a>`.markup,
        /^<a title="[^"<>]*"><bdi>[^<>]*<\/bdi><\/a>$/,
      );
    }),
  );
});

test('hostile names become one short, readable line', () => {
  assert.equal(shownName('a\u202egpj.exe'), 'a gpj.exe');
  assert.equal(shownName('two\r\nlines\ttab'), 'two lines tab');
  assert.equal(shownName('\u200b\u202e'), '(no name)');
  assert.equal(shownName('🐟 fish'), '🐟 fish');
  assert.equal([...shownName('🐟'.repeat(10_000))].length, 300);
  assert.equal(shownName('x'.repeat(10_000)).length, 300);
});
