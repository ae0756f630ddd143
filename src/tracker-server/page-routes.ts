/** The tracker's pages as a plugin of the operations app. */
import type { FastifyPluginCallback } from 'fastify';
import type { TrackerPages } from './tracker-pages.ts';

export function pageRoutes(pages: TrackerPages): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/*', (request, reply) => {
      const [path = '/', query = ''] = request.url.split('?', 2);
      const page = pages.reply({ path, query });
      if (page === undefined) return reply.callNotFound();
      return reply.code(page.status).headers(page.headers).send(page.body);
    });
    app.setNotFoundHandler((_request, reply) =>
      reply.code(404).type('text/plain; charset=utf-8').send('nothing here; see / and /stats\n'),
    );
    done();
  };
}
