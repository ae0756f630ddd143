/** Documents stay true: paths that they name exist, decisions are numbered, the version has an entry. */
import { type Finding, findAll, type Project, type ProjectFile, type Rule } from './project.ts';

export const decisionNumbers: Rule = {
  name: 'decisions are numbered from 0001 without a gap',
  check(project) {
    const files = project.under('docs/decisions/').toSorted((a, b) => (a.path < b.path ? -1 : 1));
    return files.flatMap((file, i) => {
      const wanted = String(i + 1).padStart(4, '0');
      if (file.name.startsWith(`${wanted}-`) && file.name.endsWith('.md')) return [];
      return [file.whole(`rename it to ${wanted}-what-was-decided.md`)];
    });
  },
  bad: [
    { 'docs/decisions/0002-a.md': '' },
    { 'docs/decisions/0001-a.md': '', 'docs/decisions/0001-b.md': '' },
    { 'docs/decisions/0001-a.md': '', 'docs/decisions/0003-b.md': '' },
    { 'docs/decisions/notes.md': '' },
  ],
  good: { 'docs/decisions/0002-b.md': '', 'docs/decisions/0001-a.md': '' },
};

export const changelogVersion: Rule = {
  name: 'the changelog has the version of the package',
  check(project) {
    const manifest = project.file('package.json');
    const changelog = project.file('CHANGELOG.md');
    if (!manifest) return [];
    const { version } = JSON.parse(manifest.text) as { version: string };
    const heading = new RegExp(`^## \\[?${version.replaceAll('.', '\\.')}\\]?(?:\\s|$)`, 'm');
    if (changelog && heading.test(changelog.text)) return [];
    return [(changelog ?? manifest).whole(`add "## ${version}" to CHANGELOG.md`)];
  },
  bad: [
    { 'package.json': '{"version":"0.2.0"}', 'CHANGELOG.md': '## 0.1.0\n\n0.2.0 comes\n' },
    { 'package.json': '{"version":"0.2.0"}' },
  ],
  good: { 'package.json': '{"version":"0.2.0"}', 'CHANGELOG.md': '# Changelog\n\n## 0.2.0\n' },
};

/** Paths in backticks that start in one of our folders, without placeholders and patterns. */
const named = /`((?:src|test|bench|docs|\.ci)\/[\w./-]*\w)\/?`/g;
const linked = /\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)/g;

function isDocument(file: ProjectFile): boolean {
  return file.path.endsWith('.md');
}

function checkPaths(project: Project, file: ProjectFile): Finding[] {
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  const paths = [...file.text.matchAll(named)].map((m) => ({ at: m.index, path: m[1] as string }));
  for (const m of file.text.matchAll(linked)) {
    paths.push({ at: m.index, path: joinPath(folder, m[1] as string) });
  }
  return paths
    .filter(({ path }) => !project.exists(path))
    .map(({ at, path }) =>
      file.finding(at, `${path} does not exist: correct the path or the claim`),
    );
}

function joinPath(folder: string, relative: string): string {
  const parts = folder.split('/').filter(Boolean);
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

export const documentPaths: Rule = {
  name: 'every path that a document names exists',
  check: (project) => project.files.filter(isDocument).flatMap((file) => checkPaths(project, file)),
  bad: [
    { 'docs/a.md': 'See `src/base/gone.ts`.' },
    { 'docs/a.md': 'See [it](decisions/0009-gone.md).' },
    { 'README.md': 'Folders: `src/attic/`.' },
  ],
  good: {
    'docs/a.md':
      '`src/base/a.ts`, `src/base/`, [b](../README.md#top), [c](https://example.org), `src/*.ts`',
    'src/base/a.ts': '',
    'README.md': 'An address: `src`.',
  },
};

export const scriptsExist: Rule = {
  name: 'a document names only npm scripts that exist',
  check(project) {
    const manifest = project.file('package.json');
    if (!manifest) return [];
    const { scripts = {} } = JSON.parse(manifest.text) as { scripts?: Record<string, string> };
    return project.files.filter(isDocument).flatMap((file) =>
      findAll(file, file.text, /\bnpm run (?:--silent )?[\w:-]+/g, (found) => found)
        .filter(({ message }) => scripts[message.split(' ').at(-1) as string] === undefined)
        .map((finding) => ({
          ...finding,
          message: `${finding.message}: package.json has no such script`,
        })),
    );
  },
  bad: [{ 'package.json': '{"scripts":{"demo":"x"}}', 'README.md': 'Try `npm run dmeo`.' }],
  good: {
    'package.json': '{"scripts":{"demo":"x"}}',
    'README.md': 'Try `npm run demo -- --keep`.',
  },
};

const dependencyTable = 'docs/decisions/0004-few-dependencies.md';

export const dependencyRows: Rule = {
  name: 'every dependency has its reason written down',
  check(project) {
    const manifest = project.file('package.json');
    if (!manifest) return [];
    const { dependencies, devDependencies } = JSON.parse(manifest.text) as {
      dependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    const table = project.file(dependencyTable)?.text ?? '';
    // A row may stand for several that come together.
    const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) => cell!.split(', '));
    return Object.keys({ ...dependencies, ...devDependencies })
      .filter((name) => !named.includes(name))
      .map((name) => manifest.whole(`${name}: add a row to ${dependencyTable}, or do without it`));
  },
  bad: [
    { 'package.json': '{"dependencies":{"left-pad":"1"}}' },
    {
      'package.json': '{"devDependencies":{"left-pad":"1"}}',
      [dependencyTable]: '\n| left-pad-cli | for | instead | on |\n',
    },
  ],
  good: {
    'package.json': '{"dependencies":{"left-pad":"1"},"devDependencies":{"@types/x":"1"}}',
    [dependencyTable]: '\n| left-pad, @types/x | for | instead | on |\n',
  },
};
