/** Bodies of forms as qBittorrent's clients send them: read, or refused for what they are. */
import assert from 'node:assert/strict';
import multipart from '@fastify/multipart';
import Fastify from 'fastify';
import { formOf, multipartLimits } from '../../src/api/qbittorrent/read-form.ts';
import { DaemonRefusal } from '../../src/api/service/refusal.ts';
import { encodeLatin1 } from '../../src/base/text.ts';
import type { FuzzTarget } from './campaign.ts';

const part = (head: string, body: string) =>
  `--X\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
const sample = (...parts: readonly string[]) => encodeLatin1(`${parts.join('')}--X--\r\n`);

const problems: string[] = [];

function makeApp() {
  const app = Fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.register(multipart, { limits: multipartLimits });
  app.setErrorHandler((error, _request, reply) => {
    const { statusCode = 500 } = error as { statusCode?: number };
    const isFine = error instanceof DaemonRefusal || (statusCode >= 400 && statusCode < 500);
    if (!isFine) problems.push(error instanceof Error ? (error.stack ?? '') : String(error));
    return reply.code(400).send('refused');
  });
  app.post('/*', async (request) => {
    const form = await formOf(request);
    for (const { bytes } of form.files) assert.ok(bytes instanceof Uint8Array);
    return { files: form.files.length, urls: form.list('urls', '\n') };
  });
  return app;
}

let app: ReturnType<typeof makeApp> | undefined;

export const multipartTarget: FuzzTarget = {
  name: 'multipart-form',
  quickCount: 150,
  samples: [
    sample(part('name="urls"', 'magnet:?x\nmagnet:?y'), part('name="paused"', 'true')),
    sample(
      part(
        'name="torrents"; filename="a.torrent"\r\nContent-Type: application/x-bittorrent',
        'd4:infode',
      ),
    ),
    sample(
      part('name="torrents"; filename="../b"', ''),
      part("name*=utf-8''%e2%82%ac; filename*=x", 'y'),
    ),
    sample(),
  ],
  tokens: [
    ...[
      '--X',
      '--X--',
      '\r\n',
      '\r\n\r\n',
      '\n',
      '--',
      'Content-Disposition: form-data; name="',
      '"',
    ],
    ...[
      'filename="',
      'filename*=',
      ';',
      ':',
      'Content-Type: ',
      'Content-Transfer-Encoding: base64\r\n',
    ],
    ...[
      'multipart/mixed; boundary=Y',
      '__proto__',
      'constructor',
      'urls',
      '\0',
      "utf-8''%",
      'X'.repeat(100),
    ],
  ],
  async take(bytes, random) {
    app ??= makeApp();
    const boundary =
      random.below(20) === 0 ? ['', 'Y', '"X"', 'X; charset=x'][random.below(4)]! : 'X';
    const answer = await app.inject({
      method: 'POST',
      url: '/add?category=a',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      payload: Buffer.from(bytes),
    });
    assert.deepEqual(problems.splice(0), []);
    assert.ok(answer.statusCode === 200 || answer.statusCode === 400, answer.body);
  },
};
