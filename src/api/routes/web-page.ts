/**
 * The page: static files out of one folder. Invariant: nothing outside of it and nothing whose name begins
 * with a dot is ever sent; every document comes with its content security policy.
 */
import { existsSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders } from './browser-safety.ts';

export interface WebRoot {
  /** Absolute; holds index.html. */
  readonly dir: string;
  /** Another's page, such as VueTorrent or Flood: it gets a looser policy. */
  readonly isForeign: boolean;
}

const hashedName = /[.-][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const plainPath = /^(?:\/[A-Za-z0-9_-]+)*\/?$/;

/** On the root, since what no route takes may be a place in the page. */
export async function addWebPage(
  app: FastifyInstance,
  root: WebRoot | undefined,
  refuse: (reply: FastifyReply) => never,
): Promise<void> {
  const isBuilt = root !== undefined && existsSync(join(root.dir, 'index.html'));
  const headers = pageHeaders(root?.isForeign ?? false);
  app.setNotFoundHandler((request, reply) => {
    if (!isOfPage(request)) refuse(reply);
    reply.headers(headers);
    return isBuilt && isPlaceInPage(request) ? reply.sendFile('index.html') : sendNothing(reply);
  });
  if (!isBuilt) {
    app.get('/', (_request, reply) => sendAdvice(reply.headers(headers), root));
    return;
  }
  await app.register(fastifyStatic, {
    root: root.dir,
    dotfiles: 'ignore',
    redirect: false,
    cacheControl: false,
    preCompressed: true,
    allowedPath: (path) => staysBelow(root.dir, path),
    setHeaders: (response, path) => {
      for (const [name, value] of Object.entries(headers)) response.header(name, value);
      response.header(
        'cache-control',
        hashedName.test(path.replace(/\.br$/, ''))
          ? 'public, max-age=31536000, immutable'
          : 'no-cache',
      );
    },
  });
}

function isOfPage({ method, url }: FastifyRequest): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && !/^\/+(api|transmission|metrics|health)([/?]|$)/i.test(url);
}

/** Also with its links followed. What is not there at all is refused later. */
function staysBelow(dir: string, path: string): boolean {
  try {
    return `${realpathSync(join(dir, path))}${sep}`.startsWith(`${realpathSync(dir)}${sep}`);
  } catch {
    return true;
  }
}

/** A page with addresses of its own, opened at one of them. */
function isPlaceInPage({ url, headers }: FastifyRequest): boolean {
  const isPlain = plainPath.test(url.split('?', 1)[0]!);
  return isPlain && headers.accept?.includes('text/html') === true;
}

function sendNothing(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .type('text/plain; charset=utf-8')
    .send('There is nothing under this path\n');
}

function sendAdvice(reply: FastifyReply, root: WebRoot | undefined): FastifyReply {
  const advice =
    root?.isForeign === true
      ? 'The folder given with --web-root holds no index.html. Name the folder of a built page.'
      : 'The page of this daemon is not built. Run "npm run build" in its sources and start it again, or name the folder of another page with --web-root.';
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shoal</title></head>
<body><h1>The daemon runs</h1><p>${advice}</p><p>Programs find its API at <a href="/api/docs">/api/docs</a>.</p></body></html>
`;
  return reply.code(200).type('text/html; charset=utf-8').send(html);
}
