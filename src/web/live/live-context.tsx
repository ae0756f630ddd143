/** The live state for every component below; one stream for the whole page. */
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import type { Notice, SessionInfo, TorrentInfo } from '../../api/contract/torrents.ts';
import { useObservable, usePicked } from '../parts/observable.ts';
import { type Connection, LiveStream } from './live-stream.ts';

const LiveContext = createContext<LiveStream | undefined>(undefined);

interface LiveProviderProps {
  readonly onNotice: (notice: Notice) => void;
  readonly children: ReactNode;
}

export function LiveProvider({ onNotice, children }: LiveProviderProps) {
  const tell = useRef(onNotice);
  tell.current = onNotice;
  const [stream] = useState(() => new LiveStream((notice) => tell.current(notice)));
  useEffect(() => {
    stream.open();
    return () => stream.close();
  }, [stream]);
  return <LiveContext value={stream}>{children}</LiveContext>;
}

export function useLive(): LiveStream {
  const stream = useContext(LiveContext);
  if (stream === undefined) throw new Error('there is no LiveProvider around this');
  return stream;
}

export function useTorrents(): ReadonlyMap<string, TorrentInfo> {
  return usePicked(useLive().state, (state) => state.torrents);
}

export function useTorrent(hash: string): TorrentInfo | undefined {
  return usePicked(useLive().state, (state) => state.torrents.get(hash));
}

/** Undefined until the daemon has spoken. */
export function useSession(): SessionInfo | undefined {
  return usePicked(useLive().state, (state) => state.session);
}

export function useConnection(): Connection {
  return useObservable(useLive().connection);
}
