/** The flags of the commands that talk to a tracker's catalog, and the client they make. */
import type { Command } from 'commander';
import type { CatalogClient } from '../api/client/catalog-client.ts';
import { valueOption } from './command-shape.ts';
import { parseTrackerUrl } from './option-values.ts';

export interface CatalogFlags {
  /** An announce URL, or the tracker's page. */
  readonly tracker?: string;
  readonly token?: string;
}

export const defaultTracker = 'http://127.0.0.1:6969/announce';

export function addCatalogOptions(command: Command): void {
  valueOption(
    command,
    '-a, --tracker <url>',
    `the tracker, by its announce URL; default ${defaultTracker}`,
    parseTrackerUrl,
  );
  addTokenOption(command);
}

export function addTokenOption(command: Command): void {
  valueOption(command, '--token <token>', "token for the tracker's catalog; better in SHOAL_TOKEN");
}

/** The catalog of the tracker at `announceUrl`. */
export async function openCatalog(
  announceUrl: string,
  token: string | undefined,
): Promise<CatalogClient> {
  const { CatalogClient, catalogUrlOf } = await import('../api/client/catalog-client.ts');
  return new CatalogClient(catalogUrlOf(announceUrl), token === undefined ? {} : { token });
}
