/** Puts what is shared into the catalog of the home tracker, so that others find it by name. */
import { CatalogClient, CatalogError, catalogUrlOf } from '../../api/client/catalog-client.ts';
import type { Cause } from '../../api/contract/torrents.ts';

export interface Listing {
  /** The catalog's page of it. */
  readonly listed?: string;
  /** Why it is not listed; nothing is wrong with a tracker that keeps no catalog. */
  readonly problem?: Cause;
}

/** Never rejects. */
export async function publishShare(
  bytes: Uint8Array,
  announceUrl: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Listing> {
  try {
    const baseUrl = catalogUrlOf(announceUrl);
    const catalog = new CatalogClient(baseUrl, token === undefined ? {} : { token });
    const { entry } = await catalog.publish(bytes, signal);
    return { listed: catalog.pageOf(entry.infoHash) };
  } catch (error) {
    if (error instanceof CatalogError) {
      const { code, message } = error;
      return code === 'CATALOG_ABSENT' ? {} : { problem: { code, message } };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { problem: { code: 'TRACKER_UNREACHABLE', message } };
  }
}
