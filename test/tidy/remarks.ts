/** Work that is left is written down where work is planned, and nothing points at one machine. */
import { findAll, type ProjectFile, type Rule } from './project.ts';

/** Put together here, so that this file keeps its own rule. */
const marks = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'];

export const noRemarks: Rule = {
  name: `no ${marks[0]} and the like`,
  check: (project) =>
    project.typeScript.flatMap((file) =>
      findAll(
        file,
        file.source.comments,
        new RegExp(`\\b(?:${marks.join('|')})\\b`, 'g'),
        (found) => `${found}: do it, or open an issue and leave the code without a mark`,
      ),
    ),
  bad: marks.map((mark) => ({ 'src/base/a.ts': `// ${mark}: later\n` })),
  good: { 'src/base/a.ts': `// What is to do is done.\nconst s = '${marks[0]}';\n` },
};

const places = ['work', 'root', 'home/[a-z]\\w+', 'Users/\\w\\w+'].join('|');
const machinePath = new RegExp(
  `(?<![\\w.~$})/-])/(?:${places})/[\\w.-]|\\b[A-Z]:\\\\Users\\\\|\\.\\./shared/`,
  'g',
);

function isText(file: ProjectFile): boolean {
  return file.path !== 'package-lock.json';
}

export const noMachinePaths: Rule = {
  name: 'nothing names a path of one machine',
  check: (project) =>
    project.files
      .filter(isText)
      .flatMap((file) =>
        findAll(
          file,
          file.text,
          machinePath,
          (found) => `${found}…: use a path relative to the project, os.tmpdir() or an argument`,
        ),
      ),
  bad: [
    { 'docs/a.md': ['See', '/wor' + 'k/main/x.'].join(' ') },
    { 'src/base/a.ts': `const x = '${'/roo' + 't/x'}';` },
    { 'README.md': `Run ${'/hom' + 'e/anna/shoal'}.` },
    { 'test/a.ts': `// see ${'../sha' + 'red/design'}\n` },
  ],
  good: { 'README.md': 'Get it to /data/x or ~/work/x; https://example.org/work/x; ./root/x' },
};
