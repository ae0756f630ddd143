/** The contract's schemas under the names of its types, for the OpenAPI document. */
import { z } from 'zod';
import * as daemon from '../contract/schema/daemon.ts';
import * as torrents from '../contract/schema/torrents.ts';

/** Names them where the generator of the document looks for names. Idempotent. */
export function nameSchemas(): void {
  const exported = Object.entries({ ...torrents, ...daemon });
  for (const [key, schema] of exported) {
    if (!(schema instanceof z.ZodObject) || key.endsWith('Query')) continue;
    const id = `${key[0]!.toUpperCase()}${key.slice(1)}`;
    z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id });
  }
}
