/** What the daemon's routes are made of. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { DaemonAccess } from '../service/daemon-access.ts';
import type { DaemonPorts } from '../service/daemon-ports.ts';

export interface DaemonRouteDeps {
  readonly ports: DaemonPorts;
  readonly access: DaemonAccess;
  /** Of one .torrent; 64 MiB unless told. */
  readonly maxTorrentBytes?: number;
  /** An upload that nothing comes of for so long is dropped; 60 s unless told. */
  readonly uploadIdleMs?: number;
  /** Streams of events at once; 200 unless told. */
  readonly maxEventStreams?: number;
  /** Told of errors that are the daemon's own. */
  readonly onFailure?: (error: Error, target: string) => void;
}

/** Routes whose schemas are zod's. */
export type ApiScope = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open` answers everybody; `local` also who asks from this machine. With the token unless told. */
    access?: 'open' | 'local';
    /** Its body takes as long as it takes. */
    streamsBody?: boolean;
  }
}
