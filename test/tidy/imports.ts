/** The modules that a file imports, with their place, read from code and not from strings. */
import type { ProjectFile } from './project.ts';

export interface Import {
  readonly specifier: string;
  readonly offset: number;
}

const keyword = /(?<![.\w$#])(?:from|import)\s*\(?\s*(["'])( *)\1/g;

export function importsOf(file: ProjectFile): Import[] {
  return Array.from(file.source.code.matchAll(keyword), (match) => {
    const start = match.index + match[0].length - 1 - (match[2] as string).length;
    const specifier = file.text.slice(start, start + (match[2] as string).length);
    return { specifier, offset: match.index };
  });
}

/** The path that a relative specifier means, from the project's root. */
export function resolveImport(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
