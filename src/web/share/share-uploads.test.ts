import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Share, ShareRequest } from '../../api/contract/torrents.ts';
import { type Chosen, fromInput, gathered, mostFiles } from './chosen-files.ts';
import { type SharePort, ShareUploads } from './share-uploads.ts';

function file(path: string, bytes = 'x') {
  return { path, file: new File([bytes], path.split('/').at(-1) ?? '') };
}

/** A daemon that hashes for two looks; `failAt` refuses that file. */
function daemon(failAt = -1) {
  const log: string[] = [];
  const looks = new Map<string, number>();
  const requests: ShareRequest[] = [];
  const share = (id: string, state: Share['state']): Share => ({
    id,
    state,
    name: `share ${id}`,
    lengthBytes: 3,
    doneBytes: 1,
  });
  const port: SharePort = {
    begin: async (request) => {
      requests.push(request);
      log.push(`begin ${requests.length}`);
      return share(String(requests.length), request.path === undefined ? 'receiving' : 'hashing');
    },
    send: async (id, index, blob, onSent, signal) => {
      onSent(blob.size);
      await Promise.resolve();
      signal.throwIfAborted();
      if (index === failAt) throw new Error('disk full: /data needs 1.2 GiB more');
      log.push(`send ${id} ${index}`);
      const { files = [] } = requests[Number(id) - 1] ?? {};
      return share(id, index === files.length - 1 ? 'hashing' : 'receiving');
    },
    get: async (id) => {
      looks.set(id, (looks.get(id) ?? 0) + 1);
      return share(id, (looks.get(id) ?? 0) < 2 ? 'hashing' : 'sharing');
    },
    cancel: async (id) => {
      log.push(`cancel ${id}`);
    },
    wait: () => Promise.resolve(),
  };
  return { port, log, requests };
}

const two: Chosen = { name: 'holiday', files: [file('a', 'xy'), file('b')] };
const open = { isPrivate: false };

describe('shares of the page', () => {
  it('are sent file by file, one share after the other, and watched', async () => {
    const { port, log, requests } = daemon();
    const uploads = new ShareUploads(port);
    const phases: string[] = [];
    uploads.subscribe(() => phases.push(uploads.items.at(-1)?.phase ?? ''));
    await Promise.all([
      uploads.shareFiles(two, { isPrivate: true }),
      uploads.shareFiles({ files: [file('c')] }, open),
    ]);
    assert.deepEqual(log, ['begin 1', 'send 1 0', 'send 1 1', 'begin 2', 'send 2 0']);
    assert.deepEqual(requests[0], {
      name: 'holiday',
      private: true,
      files: [
        { path: 'holiday/a', lengthBytes: 2 },
        { path: 'holiday/b', lengthBytes: 1 },
      ],
    });
    assert.deepEqual(requests[1], { files: [{ path: 'c', lengthBytes: 1 }] });
    assert.deepEqual([...new Set(phases)], ['waiting', 'sending', 'hashing', 'sharing']);
    assert.deepEqual(
      uploads.items.map(({ phase }) => phase),
      ['sharing', 'sharing'],
    );
  });

  it('say why they failed, and keep nobody else from being shared', async () => {
    const { port } = daemon(1);
    const uploads = new ShareUploads(port);
    await uploads.shareFiles(two, open);
    assert.deepEqual(uploads.items[0]?.problem, 'disk full: /data needs 1.2 GiB more');
    await uploads.shareFiles({ files: [file('c')] }, open);
    assert.deepEqual(
      uploads.items.map(({ phase }) => phase),
      ['sharing', 'failed'],
    );
    const key = uploads.items[1]?.key ?? 0;
    assert.equal(uploads.canRetry(key), true);
    await uploads.retry(key);
    assert.deepEqual(
      uploads.items.map(({ name, phase }) => [name, phase]),
      [
        ['holiday', 'failed'],
        ['share 2', 'sharing'],
      ],
    );
  });

  it('are taken back while they are sent', async () => {
    const { port, log } = daemon();
    const uploads = new ShareUploads(port);
    const done = uploads.shareFiles(two, open);
    while (uploads.items[0]?.doneBytes === 0) await Promise.resolve();
    await uploads.remove(uploads.items[0]?.key ?? 0);
    await done;
    assert.deepEqual(log, ['begin 1', 'cancel 1']);
    assert.deepEqual(uploads.items, []);
  });

  it('of a path are the daemon to refuse', async () => {
    const { port } = daemon();
    const uploads = new ShareUploads(port);
    await uploads.sharePath('/data/holiday', open);
    assert.equal(uploads.items[0]?.phase, 'hashing');
    const refusing = new ShareUploads({ ...port, begin: () => Promise.reject(new Error('no')) });
    await assert.rejects(refusing.sharePath('/etc', open), /no/);
    assert.deepEqual(refusing.items, []);
  });

  it('are judged before a byte is sent', async () => {
    const { port, log } = daemon();
    const uploads = new ShareUploads(port);
    await uploads.shareFiles({ name: 'empty', files: [] }, open);
    const one = file('a');
    await uploads.shareFiles({ name: 'many', files: new Array(mostFiles + 1).fill(one) }, open);
    assert.deepEqual(log, []);
    assert.match(uploads.items[0]?.problem ?? '', /More than 10000 files/);
    assert.match(uploads.items[1]?.problem ?? '', /folder empty has no files/);
  });
});

describe('chosen files', () => {
  it('are a file, a folder, or a folder with a made-up name', () => {
    const shape = ({ name, files }: Chosen) => [name, ...files.map(({ path }) => path)];
    assert.deepEqual(shape(gathered([file('a')])), [undefined, 'a']);
    assert.deepEqual(shape(gathered([file('h/a'), file('h/b/c')])), ['h', 'a', 'b/c']);
    assert.deepEqual(shape(gathered([file('h/a')])), ['h', 'a']);
    assert.deepEqual(shape(gathered([file('a'), file('b'), file('h/c')])), [
      'a and 2 more',
      'a',
      'b',
      'h/c',
    ]);
    assert.deepEqual(shape(fromInput([new File([], 'x')])), [undefined, 'x']);
  });
});
