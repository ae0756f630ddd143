/**
 * Changing what surrounds a torrent's content. Invariant: keys that are not edited, unknown ones
 * included, keep their bytes, and `info` keeps its own, so the info-hash stays, unless `source` or
 * `private` is edited: those are part of `info`, and another value makes another torrent with another
 * swarm.
 */
import { equalBytes } from '../base/bytes.ts';
import { DecodeError } from '../base/decode-error.ts';
import {
  type BencodeInput,
  type BencodeSlice,
  decodeDictionarySlices,
  encodeBencode,
  RawBencode,
} from './bencode.ts';
import { trackerEntries, webSeedEntry } from './create-metainfo-trackers.ts';

/** A key that is absent stays as it is; null removes it. */
export interface MetainfoEdits {
  /** Replaces all tiers; an empty list removes them. */
  readonly trackers?: readonly (readonly string[])[];
  /** Replaces all web seeds. */
  readonly webSeeds?: readonly string[];
  readonly comment?: string | null;
  readonly createdBy?: string | null;
  readonly creationDateMs?: number | null;
  /** Changes the info-hash. */
  readonly source?: string | null;
  /** Changes the info-hash. False removes the key. */
  readonly private?: boolean;
}

export interface EditedMetainfo {
  readonly bytes: Uint8Array;
  /** The info-hash differs from before: peers and resume data of the old torrent do not apply. */
  readonly infoHashChanged: boolean;
}

/** Throws DecodeError where the input is no bencoded dictionary with an `info` dictionary in it. */
export function editMetainfo(torrent: Uint8Array, edits: MetainfoEdits): EditedMetainfo {
  const root = rawEntries(torrent);
  const info = root.get('info');
  if (!(info instanceof RawBencode) || info.bytes[0] !== 0x64) {
    throw new DecodeError('METAINFO_NOT_A_TORRENT', 'there is no "info" dictionary', 0);
  }
  if (edits.trackers) {
    root.delete('announce');
    root.delete('announce-list');
    for (const [key, value] of trackerEntries(edits.trackers)) root.set(key, value);
  }
  if (edits.webSeeds) {
    setOrDelete(root, 'url-list', edits.webSeeds.length > 0 ? webSeedEntry(edits.webSeeds) : null);
  }
  setOrDelete(root, 'comment', edits.comment);
  setOrDelete(root, 'created by', edits.createdBy);
  const created = edits.creationDateMs;
  setOrDelete(root, 'creation date', created == null ? created : Math.floor(created / 1000));
  const editedInfo = editInfo(info.bytes, edits);
  root.set('info', new RawBencode(editedInfo));
  // A variant for programs of another age would contradict the edited text.
  if (edits.comment !== undefined) root.delete('comment.utf-8');
  return { bytes: encodeBencode(root), infoHashChanged: !equalBytes(editedInfo, info.bytes) };
}

function editInfo(infoBytes: Uint8Array, edits: MetainfoEdits): Uint8Array {
  if (edits.source === undefined && edits.private === undefined) return infoBytes;
  const info = rawEntries(infoBytes);
  setOrDelete(info, 'source', edits.source);
  if (edits.private !== undefined) setOrDelete(info, 'private', edits.private ? 1 : null);
  return encodeBencode(info);
}

function rawEntries(bytes: Uint8Array): Map<string, BencodeInput> {
  const slices: Map<string, BencodeSlice> = decodeDictionarySlices(bytes, {
    maxDepth: 200,
    tolerateTrailingNewline: true,
  });
  const entries = new Map<string, BencodeInput>();
  for (const [key, { start, end }] of slices) {
    entries.set(key, new RawBencode(bytes.subarray(start, end)));
  }
  return entries;
}

function setOrDelete(
  entries: Map<string, BencodeInput>,
  key: string,
  value: BencodeInput | null | undefined,
): void {
  if (value === undefined) return;
  if (value === null) entries.delete(key);
  else entries.set(key, value);
}
