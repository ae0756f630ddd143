/**
 * What a rule sees: the project's text files by path, and whether a path exists. Read from disk, or
 * made up in memory for a rule's samples. Paths are relative to the project's root, with slashes.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type SourceText, splitSource } from './source-text.ts';

/** Where this rule was broken, and what to do. Lines count from 1; 0 means the file as a whole. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export interface Rule {
  /** What holds everywhere, as a short sentence. */
  readonly name: string;
  check(project: Project): Finding[];
  /** Each maps paths to texts and breaks the rule exactly once. */
  readonly bad: readonly Sample[];
  /** Keeps the rule, close to where it would be broken. */
  readonly good: Sample;
}

export type Sample = Readonly<Record<string, string>>;

export class ProjectFile {
  readonly path: string;
  readonly text: string;
  #source: SourceText | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  get name(): string {
    return this.path.slice(this.path.lastIndexOf('/') + 1);
  }

  get isTypeScript(): boolean {
    return /\.tsx?$/.test(this.path);
  }

  get isTest(): boolean {
    return this.path.endsWith('.test.ts');
  }

  /**
   * The folder under src/ that holds the file, with its part for src/api; '.' for a file right under
   * src/; undefined elsewhere.
   */
  get layer(): string | undefined {
    const parts = this.path.split('/');
    if (parts[0] !== 'src') return undefined;
    if (parts[1] === 'api' && parts.length > 3) return `api/${parts[2]}`;
    return parts.length === 2 ? '.' : parts[1];
  }

  get source(): SourceText {
    this.#source ??= splitSource(this.text);
    return this.#source;
  }

  finding(offset: number, message: string): Finding {
    return { path: this.path, line: lineAt(this.text, offset), message };
  }

  whole(message: string): Finding {
    return { path: this.path, line: 0, message };
  }
}

export class Project {
  readonly files: readonly ProjectFile[];
  readonly #exists: (path: string) => boolean;

  constructor(files: readonly ProjectFile[], exists: (path: string) => boolean) {
    this.files = files;
    this.#exists = exists;
  }

  get typeScript(): ProjectFile[] {
    return this.files.filter((file) => file.isTypeScript);
  }

  file(path: string): ProjectFile | undefined {
    return this.files.find((file) => file.path === path);
  }

  under(folder: string): ProjectFile[] {
    return this.files.filter((file) => file.path.startsWith(folder));
  }

  exists(path: string): boolean {
    return this.#exists(path);
  }
}

export function projectOf(sample: Sample): Project {
  const files = Object.entries(sample).map(([path, text]) => new ProjectFile(path, text));
  const paths = Object.keys(sample);
  return new Project(files, (path) => paths.some((p) => p === path || p.startsWith(`${path}/`)));
}

const textual =
  /(?:\.(?:tsx?|js|mjs|json|md|css|html|sh|yml|yaml|toml)|\.ci\/run|\/LICENSE|\.editorconfig)$/;
const folders = ['src', 'test', 'bench', 'docs', '.ci'];

export function readProject(root: string): Project {
  const paths = readdirSync(root).filter((name) => statSync(join(root, name)).isFile());
  for (const folder of folders) paths.push(...filesUnder(root, folder));
  const files = paths
    .filter((path) => textual.test(`/${path}`))
    .map((path) => new ProjectFile(path, readFileSync(join(root, path), 'utf8')));
  return new Project(
    files,
    (path) => statSync(join(root, path), { throwIfNoEntry: false }) !== undefined,
  );
}

function filesUnder(root: string, folder: string): string[] {
  if (statSync(join(root, folder), { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    );
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = 0; i < offset; i++) if (text.charCodeAt(i) === 10) line++;
  return line;
}

/** Findings for each place where `pattern` (with flag g) occurs in a part of the file. */
export function findAll(
  file: ProjectFile,
  part: string,
  pattern: RegExp,
  message: (found: string) => string,
): Finding[] {
  return Array.from(part.matchAll(pattern), (match) =>
    file.finding(match.index, message(match[0])),
  );
}
