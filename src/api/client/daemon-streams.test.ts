/** What a daemon streams to its client, and what the client makes of a daemon that streams badly. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DaemonClient } from './daemon-client.ts';
import { answering, type Respond, serve } from './test-server-fixture.test.ts';

const notice = { kind: 'added', message: 'it is here' };

function streaming(...parts: string[]): Respond {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const part of parts) response.write(part);
    response.end();
  };
}

test('events come as the contract has them, until the daemon ends', async (t) => {
  const seen: (string | undefined)[] = [];
  const line = `event: notice\ndata: ${JSON.stringify({ ...notice, extra: 1 })}\n\n`;
  const respond = streaming(': hello\n\n', line, 'event: other\ndata: {}\n\n', line);
  const url = await serve(t, (request, response) => {
    seen.push(request.url, request.headers.authorization);
    respond(request, response);
  });
  const client = new DaemonClient(url, { token: 'secret' });
  const heard: unknown[] = [];
  for await (const event of client.events({ since: 7, intervalMs: 500 })) heard.push(event);
  assert.deepEqual(heard, [
    { event: 'notice', data: notice },
    { event: 'notice', data: notice },
  ]);
  assert.deepEqual(seen, ['/api/v1/events?since=7&intervalMs=500', 'Bearer secret']);
});

test('a stream that is none, or breaks the contract, is told', async (t) => {
  const read = async (respond: Respond) => {
    const client = new DaemonClient(await serve(t, respond));
    for await (const event of client.events()) void event;
  };
  await assert.rejects(read(answering(200, {})), { code: 'DAEMON_ABSENT' });
  const refusal = { error: { code: 'TOO_MANY_REQUESTS', message: 'too many listen' } };
  await assert.rejects(read(answering(429, refusal)), {
    code: 'DAEMON_TOO_MANY_REQUESTS',
    message: 'too many listen',
  });
  for (const bad of ['event: notice\ndata: {}\n\n', 'event: changes\ndata: {\n\n']) {
    await assert.rejects(read(streaming(bad)), { code: 'DAEMON_BAD_ANSWER' });
  }
  const broken: Respond = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': x\n\n', () => response.destroy());
  };
  await assert.rejects(read(broken), { code: 'DAEMON_UNREACHABLE' });
});

test('leaving the loop ends the stream', async (t) => {
  let isClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    isClosed = resolve;
  });
  const url = await serve(t, (_request, response) => {
    response.on('close', isClosed);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: notice\ndata: ${JSON.stringify(notice)}\n\n`);
  });
  for await (const event of new DaemonClient(url).events()) {
    assert.equal(event.event, 'notice');
    break;
  }
  await closed;
});

test('a part of a file is asked for as a range, and has to come as one', async (t) => {
  const seen: (string | undefined)[] = [];
  let status = 206;
  const url = await serve(t, (request, response) => {
    seen.push(request.headers.range);
    response.writeHead(status).end('data');
  });
  const client = new DaemonClient(url);
  const read = async (range: { begin?: number; end?: number }) => {
    let text = '';
    for await (const chunk of client.readFile('ab', 3, range)) {
      text += new TextDecoder().decode(chunk);
    }
    return text;
  };
  assert.equal(await read({ begin: 5 }), 'data');
  assert.equal(await read({ begin: 5, end: 9 }), 'data');
  assert.equal(await read({}), 'data');
  assert.deepEqual(seen, ['bytes=5-', 'bytes=5-8', undefined]);
  status = 200;
  await assert.rejects(read({ end: 9 }), { code: 'DAEMON_ABSENT' });
});

test('an upload goes as it comes, and its refusal is told', async (t) => {
  let received = 0;
  let status = 404;
  const refusal = { error: { code: 'NOT_FOUND', message: 'no such share' } };
  const share = { id: 's', state: 'receiving', name: 'n', lengthBytes: 5, doneBytes: 5 };
  const url = await serve(t, (request, response) => {
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    request.on('end', () => answering(status, status === 200 ? share : refusal)(request, response));
  });
  async function* chunks() {
    for (let i = 0; i < 5; i++) yield new Uint8Array(1000);
  }
  const { shares } = new DaemonClient(url);
  await assert.rejects(shares.upload('s', 0, chunks()), { code: 'DAEMON_NOT_FOUND' });
  status = 200;
  assert.deepEqual(await shares.upload('s', 0, chunks()), share);
  assert.equal(received, 10_000);
});
