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
  interface Reply {
    readonly announce: string;
    readonly complete: number;
    readonly incomplete: number;
    readonly downloaded?: number;
    readonly interval?: number;
  }
  export class Client {
    constructor(options: {
      infoHash: string;
      peerId: Uint8Array;
      announce: readonly string[];
      port: number;
      wrtc?: false;
    });
    on(event: 'error' | 'warning', listener: (error: unknown) => void): void;
    on(event: 'update' | 'scrape', listener: (reply: Reply) => void): void;
    on(event: 'peer', listener: (address: string) => void): void;
    start(options?: object): void;
    complete(options?: object): void;
    update(options?: object): void;
    stop(options?: object): void;
    scrape(): void;
    destroy(): void;
  }
}
