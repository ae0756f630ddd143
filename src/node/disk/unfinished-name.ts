/**
 * Names of our own beside those of a torrent's files: a file that is not whole, the parts file.
 * Invariant: at most 255 bytes of UTF-8, which is what file systems take of one component, and
 * different for different names.
 */
import { hash } from 'node:crypto';
import { cutToBytes, encodeUtf8 } from '../../base/text.ts';
import { maxComponentBytes } from '../../protocol/safe-path.ts';

const digestDigits = 12;

/** `x.part` while `x` is being downloaded. */
export function unfinishedName(name: string): string {
  return withSuffix(name, '.part');
}

/** `.x.parts` holds shares of unwanted files of the torrent `x`. */
export function partsName(name: string): string {
  return withSuffix(`.${name}`, '.parts');
}

/** A name too long for the suffix is cut, and a digest of the whole stands for what is lost. */
function withSuffix(name: string, suffix: string): string {
  if (encodeUtf8(name).length + suffix.length <= maxComponentBytes) return name + suffix;
  const ending = `~${hash('sha256', name).slice(0, digestDigits)}${suffix}`;
  return cutToBytes(name, maxComponentBytes - ending.length) + ending;
}
