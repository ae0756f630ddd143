/** Size, name and opening of a file. */
import type { ProjectFile, Rule } from './project.ts';

const maxLines = 400;

export const fileLength: Rule = {
  name: `a file has at most ${maxLines} lines`,
  check: (project) =>
    project.typeScript.flatMap((file) => {
      const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0);
      if (lines <= maxLines) return [];
      return [
        file.finding(
          file.text.length,
          `${lines} lines: find the second idea in it and move it out`,
        ),
      ];
    }),
  bad: [
    { 'src/base/a.ts': 'x;\n'.repeat(maxLines + 1) },
    { 'test/a.test.ts': 'x;\n'.repeat(maxLines + 1) },
  ],
  good: { 'src/base/a.ts': 'x;\n'.repeat(maxLines), 'docs/a.md': 'x\n'.repeat(maxLines + 1) },
};

const vague = /(?:^|[-.])(?:utils?|helpers?|commons?|misc|managers?)(?:[-.]|$)/i;
const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

function nameProblem(path: string): string | undefined {
  for (const part of path.split('/')) {
    const stem = part.replace(/(?:\.test|\.d)?\.[a-z]+$/, '');
    if (vague.test(stem)) return `"${part}" says nothing: name it after the one idea that it holds`;
    if (!kebab.test(stem) && !/^tsconfig\.|^\.ci$/.test(part)) return `"${part}" is not kebab-case`;
  }
  return undefined;
}

function isNamedByUs(file: ProjectFile): boolean {
  return file.path.includes('/') && !file.path.includes('/fixtures/');
}

export const fileNames: Rule = {
  name: 'files are named after their one idea, in kebab-case',
  check: (project) =>
    project.files.filter(isNamedByUs).flatMap((file) => {
      const problem = nameProblem(file.path);
      return problem ? [file.whole(problem)] : [];
    }),
  bad: [
    { 'src/base/utils.ts': '' },
    { 'src/base/byte-helpers.ts': '' },
    { 'src/common/bytes.ts': '' },
    { 'src/engine/peer-manager.test.ts': '' },
    { 'src/engine/peerSession.ts': '' },
    { 'src/engine/Picker.ts': '' },
    { 'docs/some_notes.md': '' },
  ],
  good: {
    'src/base/crc32c.ts': '',
    'src/engine/peer-session.test.ts': '',
    'src/engine/commonplace.ts': '',
    '.ci/run': '',
    'docs/decisions/0001-layers.md': '',
    'CONTRIBUTING.md': '',
  },
};

export const fileOpening: Rule = {
  name: 'a source file opens with a doc comment',
  check: (project) =>
    project.typeScript.flatMap((file) => {
      // A test beside its source is about that source; its name says so.
      if (file.isTest && file.path.startsWith('src/')) return [];
      if (/^(?:#!.*\n)?\/\*\*[\s*]*[^\s*/]/.test(file.text)) return [];
      return [
        file.finding(0, 'say in /** … */ what it owns, its invariant, and the BEP with section'),
      ];
    }),
  bad: [
    { 'src/base/a.ts': "import { x } from './x.ts';\n/** Late. */" },
    { 'src/base/a.ts': '// Not a doc comment.\n' },
    { 'src/base/a.ts': '/** */\n' },
    { 'test/a.test.ts': 'x;' },
  ],
  good: {
    'src/base/a.ts': '/** What it owns. */\n',
    'src/base/b.ts': '/**\n * What it owns.\n */\n',
    'src/cli/bin.ts': '#!/usr/bin/env node\n/** Starts. */\n',
    'src/base/a.test.ts': 'x;',
  },
};
