/** Nothing switches the type checker off. */
import { type Finding, findAll, type ProjectFile, type Rule } from './project.ts';

const wayOut = 'name the type, or take unknown and narrow it with a check';

/** `any` as a type: not a property, not a method, not part of a name. */
const anyType = /(?<![.\w$#])any\b(?!\s*[:(?=]|\w|\s*,\s*['"]?\w+['"]?\s*:)/g;

function checkFile(file: ProjectFile): Finding[] {
  const { code, comments } = file.source;
  return [
    ...findAll(file, code, anyType, () => `any: ${wayOut}`),
    ...findAll(file, code, /\bas\s+(?:unknown|never)\s+as\b/g, (found) => `${found}: ${wayOut}`),
    ...findAll(
      file,
      comments,
      /@ts-(?:ignore|expect-error|nocheck)\b/g,
      (found) => `${found}: ${wayOut}`,
    ),
    ...findAll(
      file,
      comments,
      /biome-ignore(?:-\w+)?(?![^\n]*: *\S+ \S+ \S+)[^\n]*/g,
      () => 'biome-ignore without a reason: write why after the colon, in words',
    ),
  ];
}

export const honestTypes: Rule = {
  name: 'no any, no double cast, no silenced check',
  check: (project) => project.typeScript.flatMap(checkFile),
  bad: [
    { 'src/base/a.ts': 'let x: any;' },
    { 'src/base/a.ts': 'const x = y as any;' },
    { 'src/base/a.ts': 'const x: Map<string, any> = y;' },
    { 'src/base/a.ts': 'function f(x: any[]) {}' },
    { 'src/base/a.ts': 'const x = y as unknown as Z;' },
    { 'test/a.ts': '// @ts-ignore\nx;' },
    { 'test/a.ts': '/* @ts-expect-error */ x;' },
    { 'test/a.ts': '// biome-ignore lint/x: ok\nx;' },
  ],
  good: {
    'src/base/a.ts':
      "// any of them\nconst s = 'as any';\nAbortSignal.any([a]); f({ any: 1 }); x.any;",
    'src/base/b.ts':
      '// biome-ignore lint/x: the grammar is recursive and bounded\nconst company = 1;',
  },
};
