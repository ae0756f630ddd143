/** What a parsed torrent is (BEP 3, 47, 52): the shapes shared by everything that reads or checks one. */
import type { InfoHash } from '../base/ids.ts';

export type MetainfoVersion = '1' | '2' | 'hybrid';

/** A torrent's content as its info dictionary describes it; all that a magnet link can ever yield. */
export interface TorrentInfo {
  /** One path component, made safe: the root folder, or the file of a single-file torrent. */
  readonly name: string;
  readonly version: MetainfoVersion;
  /** The id on the wire and at trackers: the v1 info-hash where there is one, else the cut v2 one. */
  readonly infoHash: InfoHash;
  readonly infoHashV1?: InfoHash;
  /** SHA-256 as 64 lower-case hex digits. */
  readonly infoHashV2?: string;
  readonly pieceLength: number;
  readonly pieceCount: number;
  /**
   * Extent of the piece space: the end of the last file, padding included; `pieceCount` is this over
   * `pieceLength`, rounded up. In a version 2 torrent the gaps that align files count as well.
   */
  readonly lengthBytes: number;
  /** Sum of the files without padding: what ends up on the disk. */
  readonly contentBytes: number;
  /** At least one. In the order of the torrent, which is the order of the piece space. */
  readonly files: readonly MetainfoFile[];
  /** One file that stands without a folder of its own. */
  readonly singleFile: boolean;
  /** BEP 27: peers come from the trackers only. */
  readonly private: boolean;
  /** Part of the info-hash; private trackers use it to tell cross-seeds apart. */
  readonly source?: string;
  /** The raw info dictionary, byte-exact: what the info-hash is the hash of and BEP 9 hands out. */
  readonly infoBytes: Uint8Array;
  readonly pieceHashes: PieceHashes;
}

/** A whole .torrent file. */
export interface Metainfo extends TorrentInfo {
  /** Tiers in order of preference (BEP 12); `announce` alone is one tier. No URL occurs twice. */
  readonly trackers: readonly (readonly string[])[];
  /** BEP 19 `url-list`, http and https only. */
  readonly webSeeds: readonly string[];
  /** BEP 5 `nodes`; hosts may be names. */
  readonly nodes: readonly MetainfoNode[];
  readonly comment?: string;
  readonly createdBy?: string;
  readonly creationDateMs?: number;
}

export interface MetainfoNode {
  readonly host: string;
  readonly port: number;
}

export interface MetainfoFile {
  /**
   * Safe components relative to the torrent's root folder, never empty; `[name]` in a single-file
   * torrent. No two files share a path, nor is a file where another needs a folder. Padding files are
   * exempt: they are never created, and several may be called `.pad/16384`.
   */
  readonly path: readonly string[];
  readonly lengthBytes: number;
  /** Where the file begins in the piece space. */
  readonly offsetBytes: number;
  /** BEP 47: zeros that only align the next file. Never written, never offered. */
  readonly padding: boolean;
  readonly executable: boolean;
  readonly hidden: boolean;
  /** BEP 47: listed for display; a link is never created. Its length is 0. */
  readonly symlink: boolean;
  /** SHA-256 merkle root of the file's 16 KiB blocks; version 2 and hybrid, non-empty files only. */
  readonly piecesRoot?: Uint8Array;
}

export interface PieceHashes {
  /** 20 bytes a piece; version 1 and hybrid. */
  readonly v1?: Uint8Array;
  /**
   * Version 2 and hybrid: layers by `piecesRoot` in lower-case hex, 32 bytes a piece. Files of at most
   * one piece need none.
   */
  readonly layers?: ReadonlyMap<string, Uint8Array>;
  /**
   * A file larger than one piece lacks its layer: a bare info dictionary, or a .torrent made from one.
   * In version 2 its pieces cannot be checked until peers send the layer (BEP 52 hash request); hybrid
   * torrents are checked by `v1`.
   */
  readonly layersMissing: boolean;
}
