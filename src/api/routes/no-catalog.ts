/** What the catalog's paths answer on a tracker that keeps none, so that clients can tell. */
import type { FastifyPluginCallback } from 'fastify';
import { catalogPath } from '../contract/catalog.ts';
import { CatalogRefusal, sendFailure } from './catalog-failure.ts';

export function noCatalogRoutes(): FastifyPluginCallback {
  return (app, _options, done) => {
    app.setErrorHandler(sendFailure);
    // Before any body is looked at.
    const onRequest = (): never => {
      throw new CatalogRefusal('CATALOG_ABSENT', 'This tracker keeps no catalog');
    };
    for (const url of [catalogPath, `${catalogPath}/*`]) app.all(url, { onRequest }, () => {});
    done();
  };
}
