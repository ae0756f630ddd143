/** Queries of announce and scrape, against a plain parser that goes through text. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeLatin1, encodeLatin1 } from '../base/text.ts';
import { HttpAnnounceQuery, isProblem, parseHttpScrape } from './http-tracker-request.ts';
import { HttpTrackerTarget } from './http-tracker-target.ts';
import { percentDecode } from './percent-encoding.ts';
import { trackerEvents } from './tracker-event.ts';

const good = `info_hash=${'a'.repeat(20)}&peer_id=${'b'.repeat(20)}&port=6881&left=5`;

function fieldsOf(query: HttpAnnounceQuery): object {
  const { infoHash, peerId, claimedAddresses, ...rest } = query;
  return {
    ...rest,
    infoHash: decodeLatin1(infoHash),
    peerId: decodeLatin1(peerId),
    claimedAddresses: [...claimedAddresses],
  };
}

/** The fields or the problem; read from the middle of other bytes. */
function read(text: string, query = new HttpAnnounceQuery()): object | string {
  const bytes = encodeLatin1(`=&port=1=${text}=&left=x`);
  return query.read(bytes, 9, 9 + text.length) ?? fieldsOf(query);
}

/** The same, the long way: split, decode, look up. */
function readByText(text: string): object | string {
  const values = new Map<string, string>();
  for (const field of text.split('&')) {
    const [name = '', ...value] = field.split('=');
    if (!values.has(name)) values.set(name, value.join('='));
  }
  const number = (name: string) => {
    const value = values.get(name);
    return value !== undefined && /^[0-9]{1,20}$/.test(value) ? Number(value) : undefined;
  };
  const hashes: Record<string, string> = {};
  for (const name of ['info_hash', 'peer_id']) {
    const value = values.get(name);
    if (value === undefined) return `${name} is missing`;
    const bytes = percentDecode(value);
    if (bytes === undefined) return `${name} is not percent-encoded correctly`;
    if (bytes.length !== 20) return `${name} must be 20 bytes, not ${bytes.length}`;
    hashes[name] = decodeLatin1(bytes);
  }
  const port = number('port');
  if (port === undefined || port < 1 || port > 65_535) {
    return 'port must be a number from 1 to 65535';
  }
  const left = values.get('left') ?? '';
  if (left !== '' && left !== '-1' && number('left') === undefined) {
    return 'left must be a whole number of bytes';
  }
  const claimedAddresses = ['ip', 'ipv4', 'ipv6'].flatMap((name) => {
    const bytes = percentDecode(values.get(name) ?? '');
    return bytes === undefined || bytes.length === 0 ? [] : [decodeLatin1(bytes)];
  });
  return {
    infoHash: hashes.info_hash,
    peerId: hashes.peer_id,
    port,
    uploadedBytes: number('uploaded') ?? 0,
    downloadedBytes: number('downloaded') ?? 0,
    leftBytes: number('left'),
    event: trackerEvents.find((event) => event === values.get('event')) ?? 'none',
    numWant: number(values.has('numwant') ? 'numwant' : 'num_want'),
    isCompact: values.get('compact') !== '0',
    omitsPeerIds: values.get('no_peer_id') === '1',
    claimedAddresses,
  };
}

describe('announce', () => {
  test('defaults: compact, a leecher without left, no event', () => {
    assert.deepEqual(read(good.replace('&left=5', '')), {
      infoHash: 'a'.repeat(20),
      peerId: 'b'.repeat(20),
      port: 6881,
      uploadedBytes: 0,
      downloadedBytes: 0,
      leftBytes: undefined,
      event: 'none',
      numWant: undefined,
      isCompact: true,
      omitsPeerIds: false,
      claimedAddresses: [],
    });
  });

  const problems: [string, RegExp][] = [
    ['', /info_hash is missing/],
    [good.replace('info_hash', 'x'), /info_hash is missing/],
    [good.replace('a'.repeat(20), 'a'.repeat(19)), /20 bytes, not 19/],
    [good.replace('a'.repeat(20), '0'.repeat(40)), /20 bytes, not 40/],
    [good.replace('a'.repeat(20), `%zz${'a'.repeat(19)}`), /not percent-encoded/],
    [good.replace('a'.repeat(20), `${'a'.repeat(19)}%4`), /not percent-encoded/],
    [good.replace('peer_id', 'peerid'), /peer_id is missing/],
    [good.replace('b'.repeat(20), ''), /20 bytes, not 0/],
    [good.replace('6881', '0'), /port/],
    [good.replace('6881', '65536'), /port/],
    [good.replace('6881', '-1'), /port/],
    [good.replace('6881', '1e3'), /port/],
    [good.replace('left=5', 'left=many'), /left/],
    [good.replace('left=5', 'left=1.5'), /left/],
  ];
  for (const [query, problem] of problems) {
    test(`refused: ${query.slice(0, 90)}`, () => {
      const problemRead = read(query);
      assert.ok(typeof problemRead === 'string');
      assert.match(problemRead, problem);
    });
  }

  test('what clients in the field send is read', () => {
    const query = new HttpAnnounceQuery();
    read(`${good}&event=paused&numwant=x&num_want=7&left=-1&compact=0&no_peer_id=1`, query);
    assert.deepEqual([query.event, query.numWant, query.leftBytes], ['none', undefined, 5]);
    assert.deepEqual([query.isCompact, query.omitsPeerIds], [false, true]);
    read(`${good.replace('left=5', 'left=-1')}&num_want=7&event=stopped`, query);
    assert.deepEqual([query.event, query.numWant, query.leftBytes], ['stopped', 7, undefined]);
  });

  test('claimed addresses are collected as text', () => {
    const query = new HttpAnnounceQuery();
    read(`${good}&ip=10.0.0.1&ipv6=%5B::1%5D:5&ipv4=%zz`, query);
    assert.deepEqual(query.claimedAddresses, ['10.0.0.1', '[::1]:5']);
  });

  test('any text is read as the long way reads it', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary-ascii', maxLength: 20 }),
      fc.constantFrom('&', '=', '%', '%41', 'port=', 'port=7', 'a'.repeat(20), '%00', 'left=-1'),
      fc.constantFrom('event=stopped', 'numwant=3', 'num_want=4', 'compact=0', 'ip=1', 'left=-'),
      fc.constantFrom('info_hash=', 'peer_id=', '\xe9', 'uploaded=123456', 'no_peer_id=1', 'ipv6='),
    );
    const reused = new HttpAnnounceQuery();
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, startsWell) => {
        const joined = pieces.join('&').replaceAll('&&&', '');
        const text = startsWell ? `${good}&${joined}` : joined;
        assert.deepEqual(read(text, reused), readByText(text));
        parseHttpScrape(encodeLatin1(text));
      }),
      { numRuns: 500 },
    );
  });

  test('a good query with any byte changed is read as the long way reads it', () => {
    const text = `${good}&ip=1.2.3.4&event=started&numwant=50&compact=1&no_peer_id=1&uploaded=1`;
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(255), (at, value) => {
        const changed = text.slice(0, at) + String.fromCharCode(value) + text.slice(at + 1);
        assert.deepEqual(read(changed), readByText(changed));
      }),
      { numRuns: 500 },
    );
  });
});

describe('scrape', () => {
  const one = `info_hash=${'a'.repeat(20)}`;
  const parse = (text: string) => parseHttpScrape(encodeLatin1(text));

  test('needs info-hashes, all of 20 bytes', () => {
    const scrape = parse(`${one}&x=1&info_hash=${'%62'.repeat(20)}`);
    assert.ok(!isProblem(scrape));
    assert.deepEqual(
      scrape.infoHashes.map((hash) => decodeLatin1(hash)),
      ['a'.repeat(20), 'b'.repeat(20)],
    );
    assert.ok(isProblem(parse('')) && isProblem(parse('x=1')));
    for (const bad of ['info_hash=short', 'info_hash', 'info_hash=%', `${one}a`]) {
      assert.ok(isProblem(parse(`${one}&${bad}`)), bad);
    }
  });
});

describe('targets', () => {
  const cases: [target: string, question: string | undefined, path: string, query: string][] = [
    ['/announce?a=b', 'announce', '/announce?a=b', 'a=b'],
    ['/announce', 'announce', '/announce', ''],
    ['/announce?', 'announce', '/announce?', ''],
    ['/scrape?a', 'scrape', '/scrape?a', 'a'],
    ['/scrape', 'scrape', '/scrape', ''],
    ['/passkey/announce?a=b?c', 'announce', '/passkey/announce?a=b?c', 'a=b?c'],
    ['/x/y/scrape.php?a', 'scrape', '/x/y/scrape.php?a', 'a'],
    ['/announce/passkey?a', 'announce', '/announce/passkey?a', 'a'],
    ['/announce.php', 'announce', '/announce.php', ''],
    ['http://h:1/announce?a=b', 'announce', '/announce?a=b', 'a=b'],
    ['https://h/scrape', 'scrape', '/scrape', ''],
    ['http://h?announce', undefined, '?announce', 'announce'],
    ['http://h', undefined, '', ''],
    ['http:/announce', undefined, '', ''],
    ['http:', undefined, '', ''],
    ['*', undefined, '', ''],
    ['/', undefined, '/', ''],
    ['/announces?a', undefined, '/announces?a', 'a'],
    ['/announce/', undefined, '/announce/', ''],
    ['/announce/a/b', undefined, '/announce/a/b', ''],
    ['/stats?/announce', undefined, '/stats?/announce', '/announce'],
    ['/api/v1/torrents/announce', undefined, '/api/v1/torrents/announce', ''],
    ['/announc\xe9?', undefined, '/announc\xe9?', ''],
  ];
  for (const [target, question, path, query] of cases) {
    test(`${target} asks for ${question}`, () => {
      const bytes = encodeLatin1(`GET ${target} HTTP/1.1`);
      const end = 4 + target.length;
      const reader = new HttpTrackerTarget();
      assert.equal(reader.read(bytes, 4, end), question);
      assert.equal(decodeLatin1(bytes, reader.pathStart, end), path);
      assert.equal(decodeLatin1(bytes, reader.queryStart, end), query);
    });
  }

  test('any text has a path and a query within it', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary-ascii', maxLength: 8 }),
      fc.constantFrom('/', '?', ':', '//', 'http://', 'announce', 'scrape', '.php'),
    );
    const reader = new HttpTrackerTarget();
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const bytes = encodeLatin1(pieces.join(''));
        reader.read(bytes, 0, bytes.length);
        assert.ok(reader.pathStart >= 0 && reader.pathStart <= reader.queryStart);
        assert.ok(reader.queryStart <= bytes.length);
      }),
    );
  });
});
