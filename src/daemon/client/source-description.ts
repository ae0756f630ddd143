/** What a torrent source, a .torrent's bytes or a magnet link, says before anything is fetched. */

import { equalBytes } from '../../base/bytes.ts';
import type { Endpoint } from '../../base/endpoint.ts';
import type { Hashes } from '../../base/hashes.ts';
import { fromHex } from '../../base/hex.ts';
import type { InfoHash } from '../../base/ids.ts';
import { canonicalIp } from '../../base/ip-address.ts';
import { type IndexRange, parseMagnet } from '../../protocol/magnet.ts';
import { type Metainfo, parseMetainfo } from '../../protocol/metainfo.ts';
import type { TorrentSource } from './client-contract.ts';

/** Names that only Windows cannot have are kept elsewhere, so that data made here is found here. */
export const pathRules = process.platform === 'win32' ? 'portable' : 'exact';

export interface SourceDescription {
  readonly infoHash: InfoHash;
  /** 20 bytes. */
  readonly infoHashBytes: Uint8Array;
  readonly infoHashV1?: InfoHash;
  /** 64 hex digits. */
  readonly infoHashV2?: string;
  readonly name: string;
  readonly private: boolean;
  /**
   * Its swarm is that of the version 2 info-hash. In the version 1 swarm of a hybrid the bit would invite
   * peers to answer with the other info-hash (BEP 52, "upgrade path"), which nothing here takes up.
   */
  readonly speaksV2: boolean;
  readonly trackers: readonly (readonly string[])[];
  readonly peers: readonly Endpoint[];
  /** Undefined for a magnet. */
  readonly metainfo: Metainfo | undefined;
  /** Files that the magnet link selects (BEP 53), by index; absent is all. */
  readonly selected?: readonly IndexRange[];
  /** Whether these bytes are the info dictionary that the source means. */
  isInfo(bytes: Uint8Array): boolean;
}

/** Throws DecodeError. */
export function describeSource(source: TorrentSource, hashes: Hashes): SourceDescription {
  return typeof source === 'string' ? fromMagnet(source, hashes) : fromMetainfo(source, hashes);
}

function fromMetainfo(bytes: Uint8Array, hashes: Hashes): SourceDescription {
  const metainfo = parseMetainfo(bytes, hashes, { pathRules });
  return {
    infoHash: metainfo.infoHash,
    infoHashBytes: bytesOf(metainfo.infoHash),
    ...versionHashes(metainfo),
    name: metainfo.name,
    private: metainfo.private,
    speaksV2: metainfo.version === '2',
    trackers: metainfo.trackers,
    peers: [],
    metainfo,
    isInfo: (info) => equalBytes(info, metainfo.infoBytes),
  };
}

function fromMagnet(text: string, hashes: Hashes): SourceDescription {
  const magnet = parseMagnet(text);
  const { infoHash, infoHashV1, infoHashV2 } = magnet;
  const peers: Endpoint[] = [];
  for (const { host, port } of magnet.peers) {
    const ip = canonicalIp(host);
    if (ip !== undefined) peers.push({ host: ip, port });
  }
  return {
    infoHash,
    infoHashBytes: bytesOf(infoHash),
    ...versionHashes(magnet),
    name: magnet.name ?? infoHash,
    private: false,
    speaksV2: infoHashV1 === undefined,
    trackers: magnet.trackers.map((url) => [url]),
    peers,
    metainfo: undefined,
    ...(magnet.select !== undefined && { selected: magnet.select }),
    isInfo: (info) =>
      infoHashV1 === undefined
        ? equalBytes(hashes.sha256(info), bytesOf(infoHashV2 ?? ''))
        : equalBytes(hashes.sha1(info), bytesOf(infoHashV1)),
  };
}

function versionHashes({
  infoHashV1,
  infoHashV2,
}: Pick<SourceDescription, 'infoHashV1' | 'infoHashV2'>) {
  return {
    ...(infoHashV1 !== undefined && { infoHashV1 }),
    ...(infoHashV2 !== undefined && { infoHashV2 }),
  };
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array(0);
}
