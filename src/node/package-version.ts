/** The version of this package, as its package.json says. */
import { readFileSync } from 'node:fs';

/** `0.1.0`. The file stands two folders up both in the sources and in the compiled package. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
