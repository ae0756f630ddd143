/** A client without network and disk, all of whose torrents move at every look. */
import type { ClientFace, ClientTorrent } from '../../src/daemon/client/client-contract.ts';
import { describeSource } from '../../src/daemon/client/source-description.ts';
import type { TorrentStatus } from '../../src/engine/torrent-status.ts';
import { nodeHashes } from '../../src/node/hashes.ts';

export const livelyClient: ClientFace = {
  port: 6881,
  torrents: [],
  add: async (source, { dir = '.' } = {}) => {
    const { infoHash, name, metainfo } = describeSource(source, nodeHashes);
    const lengthBytes = metainfo?.contentBytes ?? 0;
    let looks = 0;
    const status = (): TorrentStatus => {
      looks++;
      return {
        infoHash,
        name,
        isPrivate: false,
        phase: 'downloading',
        lengthBytes,
        wantedBytes: lengthBytes,
        doneBytes: looks * 1000,
        checkedFraction: undefined,
        pieceCount: metainfo?.pieceCount ?? 0,
        pieceLength: metainfo?.pieceLength ?? 0,
        piecesDone: looks,
        downRate: 1e6 + looks,
        upRate: 1e5 + looks,
        downloadedBytes: looks * 1000,
        uploadedBytes: looks * 100,
        wastedBytes: 0,
        connectedPeers: 30,
        connectedSeeders: 3,
        giverCount: 20,
        knownCandidates: 100,
        availability: 3.5,
        seedingForMs: 0,
        swarmSeeders: 10,
        swarmLeechers: 20,
        etaSeconds: 100,
        stalled: undefined,
        error: undefined,
      };
    };
    const torrent: ClientTorrent = {
      infoHash,
      metainfo,
      isAsleep: false,
      dir,
      status,
      peers: () => [],
      trackers: () => [],
      updates: () => {
        throw new Error('nobody asks for them');
      },
      completed: () => new Promise(() => undefined),
      goalReached: () => new Promise(() => undefined),
      setLimits: () => undefined,
      priorities: () => [],
      setPriorities: () => undefined,
      setSequential: () => undefined,
      fileProgress: () => [],
      pieceMap: () => ({ states: new Uint8Array(0), availability: new Uint8Array(0) }),
      addPeers: () => undefined,
      setTrackers: () => undefined,
      recheck: () => undefined,
      openFile: () => {
        throw new Error('nobody reads');
      },
      reannounce: () => undefined,
      remove: () => Promise.resolve(),
    };
    return torrent;
  },
  setLimits: () => undefined,
  setMaxPeers: () => undefined,
  close: () => Promise.resolve(),
};
