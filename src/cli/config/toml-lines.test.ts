import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { scanToml } from './toml-lines.ts';

const sample = `# top
port = 6881 # why
"quo.ted" = 'a # b'

[tracker] # here
list = [
  "a]", # not the end
  'b',
]
long = """
# text = 1
"quoted\\""""
dotted . key = { a = "}", b = 2 }
[[many]]
x = 1`;

test('keys, their lines and their values', () => {
  const { entries, headers } = scanToml(sample);
  const seen = entries.map(({ path, line, valueStart, valueEnd }) => [
    path.join('|'),
    line,
    sample.slice(valueStart, valueEnd),
  ]);
  assert.deepEqual(seen, [
    ['port', 2, '6881'],
    ['quo.ted', 3, "'a # b'"],
    ['tracker|list', 6, `[\n  "a]", # not the end\n  'b',\n]`],
    ['tracker|long', 10, '"""\n# text = 1\n"quoted\\""""'],
    ['tracker|dotted|key', 13, '{ a = "}", b = 2 }'],
    ['many|x', 15, '1'],
  ]);
  assert.deepEqual(
    headers.map(({ path, isArray, line }) => [path, isArray, line]),
    [
      [['tracker'], false, 5],
      [['many'], true, 14],
    ],
  );
});

const value = fc.oneof(
  fc.integer().map(String),
  fc.boolean().map(String),
  fc.string().map((text) => JSON.stringify(text).replaceAll('\u007f', '\\u007f')),
  fc.stringMatching(/^[ -&(-~]*$/).map((text) => `'${text}'`),
  fc.stringMatching(/^[ -&(-~\n]*$/).map((text) => `'''${text}'''`),
  fc
    .array(fc.constantFrom('1,', '"]",', "'#',", '\n', '# ] "\n', ' ', '[2, 3],', '{ a = "}" },'))
    .map((parts) => `[${parts.join('')}]`),
);
const blank = fc.constantFrom('', '\n', '# a = "comment\n', '\t \r\n');

test('every value that the parser finds is found, whatever stands around it', () => {
  const entry = fc.tuple(
    blank,
    fc.constantFrom(' = ', '=', '\t= '),
    value,
    fc.constantFrom('', ' # "x', '\t'),
  );
  fc.assert(
    fc.property(fc.array(entry), fc.nat(6), fc.constantFrom('\n', '\r\n'), (parts, header, eol) => {
      const lines = parts.map(
        ([before, equals, written, after], index) =>
          `${before}${index === header ? `[t]${eol}` : ''}k${index}${equals}${written}${after}${eol}`,
      );
      const text = lines.join('');
      const document = parse(text);
      const { entries } = scanToml(text);
      assert.equal(entries.length, parts.length);
      for (const [index, { path, valueStart, valueEnd }] of entries.entries()) {
        assert.deepEqual(path, index >= header ? ['t', `k${index}`] : [`k${index}`]);
        const found = path.reduce<unknown>((at, key) => Object(at)[key], document);
        assert.deepEqual(parse(`x = ${text.slice(valueStart, valueEnd)}`).x, found);
      }
    }),
  );
});

test('what is no TOML does not hang or crash it', () => {
  const pieces = fc.array(
    fc.constantFrom('[', ']', '"', "'", '"""', '=', '.', '#', '\n', '\\', 'a', '{'),
  );
  fc.assert(fc.property(pieces, (parts) => void scanToml(parts.join(''))));
});
