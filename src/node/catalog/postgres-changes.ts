/**
 * Hears of the changes that other trackers make to a shared catalog, over LISTEN and NOTIFY on a
 * connection of its own, and notices when the server goes and comes back. Invariant: a change is
 * either told, or `unknown` is told later: nothing is missed in silence.
 */
import type { Client } from 'pg';
import type { CatalogChange } from './catalog-store.ts';
import { connectTimeoutMs, type PostgresLink, queryTimeoutMs } from './postgres-link.ts';

export const changeChannel = 'shoal_catalog';
const pingMs = 5000;
const reconnectMs = 1000;
const message = /^([0-9a-f]+)([+-])([0-9a-f,]+)$/;

export class PostgresChanges {
  readonly #link: PostgresLink;
  readonly #nodeId: string;
  readonly #tell: (change: CatalogChange) => void;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasMissed = false;
  #isClosed = false;

  /** `nodeId`, in hex, marks the changes of this process, which are not told again. */
  constructor(link: PostgresLink, nodeId: string, tell: (change: CatalogChange) => void) {
    this.#link = link;
    this.#nodeId = nodeId;
    this.#tell = tell;
  }

  /** The text that tells the other nodes of a change. */
  static payload(nodeId: string, kind: 'added' | 'removed', infoHashes: readonly string[]): string {
    return `${nodeId}${kind === 'added' ? '+' : '-'}${infoHashes.join(',')}`;
  }

  /** Resolves when it listens, or when that failed and is tried again later. Never rejects. */
  async start(): Promise<void> {
    if (this.#isClosed) return;
    const client = new this.#link.pg.Client({
      connectionString: this.#link.url,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
      application_name: 'shoal changes',
    });
    this.#client = client;
    client.on('error', (error) => this.#onLost(client, error));
    client.on('end', () => this.#onLost(client, new Error('the connection ended')));
    client.on('notification', ({ payload }) => this.#onMessage(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${changeChannel}`);
    } catch (error) {
      this.#onLost(client, error);
      return;
    }
    if (this.#client !== client) return;
    this.#link.note(undefined);
    this.#schedule(() => this.#ping(client), pingMs);
    if (this.#hasMissed) this.#tell({ kind: 'unknown' });
    this.#hasMissed = false;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    if (client) discard(client);
  }

  async #ping(client: Client): Promise<void> {
    try {
      await client.query('SELECT 1');
      if (this.#client !== client) return;
      this.#link.note(undefined);
      this.#schedule(() => this.#ping(client), pingMs);
    } catch (error) {
      this.#onLost(client, error);
    }
  }

  #onMessage(payload: string): void {
    const parts = message.exec(payload);
    if (parts === null || parts[1] === this.#nodeId) return;
    const kind = parts[2] === '+' ? 'added' : 'removed';
    this.#tell({ kind, infoHashes: parts[3]!.split(',') });
  }

  #onLost(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#hasMissed = true;
    discard(client);
    this.#link.note(error);
    this.#schedule(() => this.start(), reconnectMs);
  }

  #schedule(work: () => Promise<void>, delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void work(), delayMs).unref();
  }
}

/** Its later errors are nobody's concern, but one without a listener would end the process. */
function discard(client: Client): void {
  client.removeAllListeners();
  client.on('error', () => undefined);
  void client.end().catch(() => undefined);
}
