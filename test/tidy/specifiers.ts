/** Sources run as they are, so a relative import names the file that is there. */
import { importsOf, resolveImport } from './imports.ts';
import type { Rule } from './project.ts';

export const importExtensions: Rule = {
  name: 'a relative import names an existing file, with its extension',
  check: (project) =>
    project.typeScript.flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .flatMap(({ specifier, offset }) => {
          if (!/\.(?:tsx?|json|css)$/.test(specifier)) {
            return [file.finding(offset, `${specifier}: write the .ts at its end`)];
          }
          if (project.exists(resolveImport(file.path, specifier))) return [];
          return [file.finding(offset, `${specifier}: no such file`)];
        }),
    ),
  bad: [
    { 'src/base/a.ts': "import { x } from './b';", 'src/base/b.ts': '' },
    { 'src/base/a.ts': "export * from './b.js';", 'src/base/b.ts': '' },
    { 'src/base/a.ts': "const x = import('../c.ts');" },
  ],
  good: {
    'src/web/a.tsx': "import { B } from './b.tsx';\nimport './a.css';",
    'src/web/b.tsx': '',
    'src/web/a.css': '',
    'src/base/a.ts': "import { x } from './b.ts';\nimport fs from 'node:fs';\n// from './c'",
    'src/base/b.ts': '',
  },
};
