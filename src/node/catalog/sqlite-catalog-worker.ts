/** The worker thread of `SqliteCatalogStore`: owns the database and answers calls on it one by one. */
import { parentPort, workerData } from 'node:worker_threads';
import type { CatalogLimits } from './catalog-store.ts';
import { SqliteCatalog } from './sqlite-catalog.ts';
import { answerCalls } from './worker-calls.ts';

export interface SqliteWorkerData {
  readonly path: string;
  readonly limits: CatalogLimits;
}

const { path, limits } = workerData as SqliteWorkerData;
let opened: SqliteCatalog | undefined;
/** Opened by the first call, so that what goes wrong is that call's answer. */
const catalog = (): SqliteCatalog => (opened ??= new SqliteCatalog(path, limits));

const functions = {
  publish: (...args: Parameters<SqliteCatalog['publish']>) => catalog().publish(...args),
  match: (...args: Parameters<SqliteCatalog['match']>) => catalog().match(...args),
  page: (...args: Parameters<SqliteCatalog['page']>) => catalog().page(...args),
  files: (...args: Parameters<SqliteCatalog['files']>) => catalog().files(...args),
  torrent: (...args: Parameters<SqliteCatalog['torrent']>) => catalog().torrent(...args),
  remove: (...args: Parameters<SqliteCatalog['remove']>) => catalog().remove(...args),
  lookup: (...args: Parameters<SqliteCatalog['lookup']>) => catalog().lookup(...args),
  count: () => catalog().count(),
  infoHashesAfter: (...args: Parameters<SqliteCatalog['infoHashesAfter']>) =>
    catalog().infoHashesAfter(...args),
  close: () => {
    opened?.close();
    opened = undefined;
  },
};

export type SqliteWorkerFunctions = typeof functions;

if (parentPort !== null) answerCalls(parentPort, functions);
