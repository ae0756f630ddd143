/** A test that does not run says why, and no test switches the others off. */
import { type Finding, findAll, type ProjectFile, type Rule } from './project.ts';

const wayOut = "give { skip: 'what is missing and how to get it' }";
const runner = '(?:test|it|suite|describe)';

/** The value of `skip:` up to the end of the property, with its strings. */
function skipValues(file: ProjectFile): { offset: number; value: string }[] {
  return Array.from(file.source.code.matchAll(/(?<![\w$.])skip\s*:\s*([^,}\n]*)/g), (match) => {
    const end = match.index + match[0].length;
    return { offset: match.index, value: file.text.slice(end - (match[1] as string).length, end) };
  });
}

/** True for a value that skips without words: true, '', !x, a === b. */
function isSilent(value: string): boolean {
  const v = value.trim();
  if (/^(?:true|1|''|""|``)$/.test(v)) return true;
  if (v.includes('?') || v.includes('||')) return /\?\s*(?:true|''|"")\s*:|:\s*true$/.test(v);
  return /^!|[=!]==|[<>]|\.includes\(|existsSync\(/.test(v);
}

function checkFile(file: ProjectFile): Finding[] {
  const { code } = file.source;
  return [
    ...skipValues(file)
      .filter(({ value }) => isSilent(value))
      .map(({ offset }) => file.finding(offset, `skipped without a reason: ${wayOut}`)),
    ...findAll(
      file,
      code,
      new RegExp(`\\b${runner}\\.(?:skip|todo)\\b`, 'g'),
      (found) => `${found}: ${wayOut}`,
    ),
    ...findAll(
      file,
      code,
      /\b\w+\.skip\(\s*(?:''|""|``)?\s*\)/g,
      (found) => `${found}: say why in the argument`,
    ),
    ...findAll(
      file,
      code,
      new RegExp(`\\b${runner}\\.only\\b|(?<![\\w$.])only\\s*:\\s*true\\b`, 'g'),
      (found) => `${found}: switches all other tests off; remove it`,
    ),
  ];
}

export const honestTests: Rule = {
  name: 'a skipped test says why, and no test runs alone',
  check: (project) => project.files.filter((file) => file.isTest).flatMap(checkFile),
  bad: [
    { 'src/base/a.test.ts': "test.skip('x', () => {});" },
    { 'src/base/a.test.ts': "it.todo('x');" },
    { 'src/base/a.test.ts': "test('x', { skip: true }, () => {});" },
    { 'src/base/a.test.ts': "test('x', { skip: '' }, () => {});" },
    { 'src/base/a.test.ts': "test('x', { skip: process.platform === 'win32' }, () => {});" },
    { 'src/base/a.test.ts': "test('x', { skip: !installed }, () => {});" },
    { 'src/base/a.test.ts': "test('x', (t) => t.skip());" },
    { 'src/base/a.test.ts': "describe.only('x', () => {});" },
    { 'src/base/a.test.ts': "test('x', { only: true }, () => {});" },
  ],
  good: {
    'test/a.test.ts': `
      test('x', { skip: 'needs root' }, () => {});
      test('x', { skip: installed ? false : 'aria2c is missing: apt-get install aria2' }, () => {});
      test('x', { skip: missing('aria2c') }, (t) => t.skip('no network namespaces'));
      test("x.only: 'test.only'", () => reader.skip(4));`,
  },
};
