/** As much of packages without types as the drivers use. */

declare module 'webtorrent' {
  interface Wire {
    once(event: 'close', listener: () => void): void;
  }
  interface Torrent {
    on(event: 'done' | 'metadata', listener: () => void): void;
    on(event: 'warning', listener: (warning: unknown) => void): void;
    on(event: 'wire', listener: (wire: Wire, address: string) => void): void;
  }
  export default class WebTorrent {
    constructor(options: Readonly<Record<string, unknown>>);
    readonly torrentPort: number;
    on(event: 'error', listener: (error: unknown) => void): void;
    on(event: 'listening', listener: () => void): void;
    add(source: string, options: { path: string }): Torrent;
    destroy(then: () => void): void;
  }
}

declare module 'bittorrent-tracker' {
  import type { EventEmitter } from 'node:events';

  interface Listening {
    once(event: 'listening', listener: () => void): void;
    address(): { port: number };
  }
  export class Server {
    constructor(options: Readonly<Record<string, unknown>>);
    readonly http?: Listening;
    readonly udp4?: Listening;
    readonly udp6?: Listening;
    on(event: 'error' | 'warning', listener: (error: unknown) => void): void;
    on(event: 'start' | 'stop' | 'update' | 'complete', listener: (address: string) => void): void;
    listen(port: number, hosts: Readonly<Record<string, string>>, then: () => void): void;
    close(then: () => void): void;
  }
  export class Client extends EventEmitter {
    constructor(options: {
      infoHash: string;
      peerId: Uint8Array;
      announce: readonly string[];
      port: number;
      wrtc?: false;
    });
    start(options: { left: number }): void;
    complete(options: { left: number }): void;
    stop(options: { left: number }): void;
    scrape(): void;
    destroy(): void;
  }
}
