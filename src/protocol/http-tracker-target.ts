/**
 * What a request target asks an HTTP tracker for (BEP 3, BEP 48). Announce and scrape are the last step
 * of the path, with `.php` or without, or the first of two, as private trackers hand out their URLs:
 * `/announce`, `/PASSKEY/announce`, `/announce/PASSKEY`, `/announce.php`. What begins with `/api/` is none.
 */
import { equalsText } from './ascii-bytes.ts';

export type TrackerQuestion = 'announce' | 'scrape';

const questionMark = 0x3f;
const slash = 0x2f;
/** As almost all clients ask. */
const commonStart = '/announce?';

const lastStep = /^\/(?!api\/)(?:[^?]*\/)?(announce|scrape)(?:\.php)?$/;
const firstStep = /^\/(announce|scrape)(?:\.php)?\/[^/]+$/;

/** One is made and used again, so that reading a target allocates nothing in the common case. */
export class HttpTrackerTarget {
  /** Where the path begins: past scheme and host of a target in absolute form. */
  pathStart = 0;
  /** Past the question mark, or the target's end. */
  queryStart = 0;

  /** Reads `bytes` from `start` to `end`; undefined for what is neither announce nor scrape. */
  read(bytes: Uint8Array, start: number, end: number): TrackerQuestion | undefined {
    this.pathStart = start;
    this.queryStart = start + commonStart.length;
    if (this.queryStart <= end && equalsText(bytes, start, this.queryStart, commonStart)) {
      return 'announce';
    }
    this.pathStart = pathOf(bytes, start, end);
    let pathEnd = this.pathStart;
    while (pathEnd < end && bytes[pathEnd] !== questionMark) pathEnd++;
    this.queryStart = Math.min(end, pathEnd + 1);
    let path = '';
    for (let at = this.pathStart; at < pathEnd; at++) path += String.fromCharCode(bytes[at]!);
    const found = lastStep.exec(path)?.[1] ?? firstStep.exec(path)?.[1];
    return found === 'announce' || found === 'scrape' ? found : undefined;
  }
}

/** Past `http://host`, which a proxy may leave in front. */
function pathOf(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === slash) return start;
  let at = start;
  while (at < end && bytes[at] !== slash && bytes[at] !== questionMark) at++;
  if (bytes[at - 1] !== 0x3a || at + 1 >= end || bytes[at + 1] !== slash) return end;
  at += 2;
  while (at < end && bytes[at] !== slash && bytes[at] !== questionMark) at++;
  return at;
}
