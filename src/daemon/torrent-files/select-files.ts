/**
 * Which files of a torrent are wanted, as people write it: `1,3-5` by the numbers that `shoal show`
 * prints (padding files are not counted), or a glob over paths.
 */
import { matchesGlob } from 'node:path';
import type { Metainfo } from '../../protocol/metainfo-types.ts';
import { ClientError } from '../client/client-error.ts';

/** Each brace multiplies the patterns a glob stands for, and a range in one counts them all out. */
const mostBraces = 3;
const rangePattern = /\{[^}]*\.\./;

/** What of a metainfo is looked at. */
export interface NamedFiles {
  readonly name: string;
  readonly files: readonly Pick<Metainfo['files'][number], 'path' | 'padding'>[];
}

const numbersPattern = /^\d{1,7}(-\d{1,7})?(,\d{1,7}(-\d{1,7})?)*$/;

/** One flag per file of the metainfo. Throws ClientError SELECT_NOTHING, SELECT_NUMBER or SELECT_BRACES. */
export function selectFiles(metainfo: NamedFiles, selections: readonly string[]): boolean[] {
  const wanted = metainfo.files.map(() => false);
  const shown = [...metainfo.files.keys()].filter((index) => !metainfo.files[index]!.padding);
  for (const selection of selections) {
    if (multipliesTooMuch(selection)) throw tooManyBraces(selection);
    const indices = numbersPattern.test(selection)
      ? byNumbers(selection, shown)
      : shown.filter((index) => matches(metainfo.files[index]!.path, selection));
    if (indices.length === 0) throw nothingSelected(metainfo, selection);
    for (const index of indices) wanted[index] = true;
  }
  return wanted;
}

function byNumbers(selection: string, shown: readonly number[]): number[] {
  return selection.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    if (first < 1 || last > shown.length || first > last) {
      throw new ClientError(
        'SELECT_NUMBER',
        `--select ${part}: the torrent has files 1 to ${shown.length}. Their numbers are in shoal show.`,
      );
    }
    return shown.slice(first - 1, last);
  });
}

/** The whole path, or its last component where the glob has no slash. */
function matches(path: readonly string[], glob: string): boolean {
  const whole = path.join('/');
  if (whole === glob || matchesGlob(whole, glob)) return true;
  return !glob.includes('/') && (path.at(-1) === glob || matchesGlob(path.at(-1)!, glob));
}

function multipliesTooMuch(glob: string): boolean {
  return glob.split(/[{(]/).length - 1 > mostBraces || rangePattern.test(glob);
}

function tooManyBraces(selection: string): ClientError {
  const shown = selection.length > 60 ? `${selection.slice(0, 60)}…` : selection;
  return new ClientError(
    'SELECT_BRACES',
    `--select ${shown}: at most ${mostBraces} braces, and no range in them. Use several --select instead.`,
  );
}

function nothingSelected(metainfo: NamedFiles, selection: string): ClientError {
  return new ClientError(
    'SELECT_NOTHING',
    `--select ${selection} fits no file of ${metainfo.name}. Their paths are in shoal show.`,
  );
}
