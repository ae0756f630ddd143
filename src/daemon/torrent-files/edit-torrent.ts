/** Changing what surrounds the content of a loaded torrent, and reading the result back. */
import { nodeHashes } from '../../node/hashes.ts';
import { editMetainfo, type MetainfoEdits } from '../../protocol/edit-metainfo.ts';
import { type Metainfo, parseMetainfo } from '../../protocol/metainfo.ts';

export type { MetainfoEdits as TorrentEdits };

export interface EditedTorrent {
  readonly bytes: Uint8Array;
  readonly metainfo: Metainfo;
  /** The edits reached into the info dictionary: this is another torrent. */
  readonly infoHashChanged: boolean;
}

/** Throws DecodeError. */
export function editTorrent(
  torrent: { readonly bytes: Uint8Array },
  edits: MetainfoEdits,
): EditedTorrent {
  const edited = editMetainfo(torrent.bytes, edits);
  return { ...edited, metainfo: parseMetainfo(edited.bytes, nodeHashes) };
}
