/** Documents that come from files, links and the command line. */
import assert from 'node:assert/strict';
import { InvalidArgumentError } from 'commander';
import { crc32c } from '../../src/base/crc32c.ts';
import { DecodeError } from '../../src/base/decode-error.ts';
import { infoHashFromBytes } from '../../src/base/ids.ts';
import { decodeLatin1, encodeLatin1, encodeUtf8 } from '../../src/base/text.ts';
import * as optionValues from '../../src/cli/option-values.ts';
import { visibleText } from '../../src/cli/visible-text.ts';
import { ClientError } from '../../src/daemon/client/client-error.ts';
import { selectFiles } from '../../src/daemon/torrent-files/select-files.ts';
import { Layout } from '../../src/engine/layout.ts';
import { decodeResume, encodeResume } from '../../src/engine/resume.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { decodeBencode, encodeBencode } from '../../src/protocol/bencode.ts';
import { editMetainfo } from '../../src/protocol/edit-metainfo.ts';
import { formatMagnet, parseMagnet } from '../../src/protocol/magnet.ts';
import {
  type MetainfoFile,
  parseInfo,
  parseMetainfo,
  pieceVerification,
} from '../../src/protocol/metainfo.ts';
import { decodePieceLayers, encodePieceLayers } from '../../src/protocol/piece-layers.ts';
import { safePath } from '../../src/protocol/safe-path.ts';
import type { FuzzTarget } from './campaign.ts';
import { resumeSamples, torrentSamples } from './document-samples.ts';

const bencodeTokens = [
  ...[
    'd',
    'l',
    'i',
    'e',
    '-',
    '0:',
    '1:a',
    'i-0e',
    'i0e',
    'i03e',
    'i9007199254740993e',
    'le',
    'de',
  ],
  ...[
    '99999999999:',
    '4294967296:',
    'i-1e',
    'd1:a',
    '20:',
    '4:info',
    '6:pieces',
    '6:length',
    '5:files',
  ],
  ...['4:path', '12:piece length', 'i16384e', '9:file tree', '12:piece layers', '12:meta version'],
  ...[
    'i2e',
    '11:pieces root',
    '32:',
    '4:attr',
    '1:p',
    '4:name',
    '2:..',
    '1:/',
    '3:a/b',
    '8:announce',
  ],
  ...['13:announce-list', '8:url-list', '5:nodes', '7:private', 'i1e', '\n', '0:d6:lengthi0eee'],
];

/** Runs it; what it refuses with a DecodeError counts as an answer. */
function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function requireSafePaths(files: readonly MetainfoFile[], name: string): void {
  const seen = new Set<string>();
  for (const { path, padding } of files) {
    for (const part of [name, ...path]) {
      const isSafe = part !== '' && part !== '.' && part !== '..' && !/[/\\\0]/.test(part);
      assert.ok(isSafe, `unsafe name ${JSON.stringify(part)}`);
    }
    const key = path.join('/').normalize('NFC').toLowerCase();
    assert.ok(padding || !seen.has(key), `two files at ${key}`);
    seen.add(key);
  }
}

const bencode: FuzzTarget = {
  name: 'bencode',
  samples: torrentSamples.map(({ bytes }) => bytes),
  tokens: bencodeTokens,
  take(bytes) {
    decoded(() => decodeBencode(bytes, { tolerateTrailingNewline: true }));
    const value = decoded(() => decodeBencode(bytes, { canonical: true }));
    if (value !== undefined) assert.deepEqual(encodeBencode(value), new Uint8Array(bytes));
  },
};

const metainfo: FuzzTarget = {
  name: 'metainfo',
  samples: bencode.samples,
  tokens: bencodeTokens,
  take(bytes, random) {
    const pathRules = random.below(2) === 0 ? 'exact' : 'portable';
    const parsed = decoded(() => parseMetainfo(bytes, nodeHashes, { pathRules }));
    decoded(() => editMetainfo(bytes, { trackers: [['udp://a:1']], comment: null }));
    if (parsed === undefined) return;
    requireSafePaths(parsed.files, parsed.name);
    const { pieceCount, lengthBytes, pieceLength } = parsed;
    assert.ok(Number.isSafeInteger(pieceCount) && pieceCount >= 0);
    assert.ok(lengthBytes <= pieceCount * pieceLength);
    assert.ok(pieceVerification(parsed));
  },
};

const info: FuzzTarget = {
  name: 'info',
  samples: torrentSamples.map(({ infoBytes }) => infoBytes),
  tokens: bencodeTokens,
  take(bytes) {
    const parsed = decoded(() => parseInfo(bytes, nodeHashes));
    if (parsed !== undefined) requireSafePaths(parsed.files, parsed.name);
  },
};

const { metainfo: layered } = torrentSamples.find(({ metainfo: { version } }) => version === '2')!;

const pieceLayers: FuzzTarget = {
  name: 'piece-layers',
  samples: [encodePieceLayers(layered.pieceHashes.layers ?? new Map())],
  tokens: bencodeTokens,
  take(bytes) {
    const layers = decoded(() => decodePieceLayers(bytes, layered, nodeHashes));
    for (const layer of layers?.values() ?? []) assert.equal(layer.length % 32, 0);
  },
};

const hex = 'c9e15763f722f23e98a29decdfae341b98d53056';
const magnetLinks = [
  `magnet:?xt=urn:btih:${hex}&dn=Caf%C3%A9&tr=http%3A%2F%2Fa%2Fannounce&x.pe=1.2.3.4:5&so=0,2-4`,
  `magnet:?xt=urn:btmh:1220${hex}${hex.slice(0, 24)}&tr.1=udp://b:2&x.pe=[::1]:6881&ws=http://w/`,
  'magnet:?xt.1=urn:btih:ZHQVOY7XELZD5GFCTXWN7LRUDOMNKMCW&xl=10&as=x&kt=a+b',
  hex,
];

const magnet: FuzzTarget = {
  name: 'magnet',
  samples: magnetLinks.map(encodeLatin1),
  tokens: [
    'magnet:?',
    '&',
    '=',
    'xt=urn:btih:',
    'urn:btmh:1220',
    '%',
    '%00',
    '%ff',
    'x.pe=',
    ':',
    'so=',
    '-',
    ',',
    '9',
  ],
  take(bytes) {
    const parsed = decoded(() => parseMagnet(decodeLatin1(bytes)));
    if (parsed === undefined) return;
    const again = parseMagnet(formatMagnet(parsed));
    assert.equal(again.infoHash, parsed.infoHash);
    assert.deepEqual(again.select, parsed.select);
    assert.equal(again.name, parsed.name);
  },
};

const layout = new Layout(65_536, [{ offsetBytes: 0, lengthBytes: 1_000_000 }], false);
const resumeOwner = infoHashFromBytes(new Uint8Array(20).fill(7));

const resume: FuzzTarget = {
  name: 'resume',
  samples: resumeSamples(resumeOwner, layout),
  tokens: bencodeTokens,
  take(bytes, random) {
    // Most get a right checksum: what is behind it is to be reached.
    if (bytes.length > 20 && random.below(4) > 0) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      view.setUint32(12, bytes.length - 20);
      view.setUint32(16, crc32c(bytes.subarray(20)));
    }
    const { state } = decodeResume(bytes, resumeOwner, layout);
    if (state === undefined) return;
    assert.equal(state.verified.length, layout.pieceCount);
    for (const { piece } of state.partial) assert.ok(piece < layout.pieceCount);
    assert.ok(decodeResume(encodeResume(state), resumeOwner, layout).state);
  },
};

const pathTokens = [
  '.',
  '..',
  '/',
  '\\',
  '\0',
  'CON',
  'aux.txt',
  ' ',
  ':',
  '\xc3\xa9',
  '\xff',
  'a',
  'x'.repeat(300),
];

const path: FuzzTarget = {
  name: 'safe-path',
  samples: ['a/../../b', 'C:\\x\\y', 'nul./é', '...', ' foo... bar '].map(encodeUtf8),
  tokens: pathTokens,
  take(bytes, random) {
    const rules = random.below(2) === 0 ? 'exact' : 'portable';
    const components = decodeLatin1(bytes).split('/').map(encodeLatin1);
    for (const part of safePath(components, rules)) {
      assert.ok(part !== '' && part !== '.' && part !== '..' && !/[/\\\0]/.test(part));
      assert.ok(Buffer.byteLength(part) <= 255);
    }
  },
};

const { metainfo: selectable } = torrentSamples[0]!;

const commandLine: FuzzTarget = {
  name: 'option-values',
  samples: [
    '2MiB',
    '1.5 GB/s',
    '10min',
    '256KiB',
    'http://a:1/announce,udp://b:2',
    '[::1]:6881',
    '1,3-5',
    '*.bin',
  ].map(encodeUtf8),
  tokens: [
    'k',
    'MiB',
    '/s',
    '.',
    '-',
    ',',
    '1',
    '99999999999',
    ':',
    '[',
    ']',
    'udp://',
    '*',
    '?',
    '{a,b}',
    '!(',
  ],
  take(bytes) {
    const text = Buffer.from(bytes).toString('utf8');
    const { parsePort, parseRate, parseTime, parseRatio } = optionValues;
    const { parsePieceLength, parseTier, parseWebUrl, parseName, parsePeer } = optionValues;
    const numbers = [parsePort, parseRate, parseTime, parseRatio, parsePieceLength];
    for (const parse of [...numbers, parseTier, parseWebUrl, parseName, parsePeer]) {
      try {
        const value = parse(text);
        if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0, text);
      } catch (error) {
        if (!(error instanceof InvalidArgumentError)) throw error;
      }
    }
    if (text.length > 200) return;
    try {
      selectFiles(selectable, [text]);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
    }
  },
};

const shownText: FuzzTarget = {
  name: 'shown-text',
  samples: ['plain', '\u202eevil\u2028', '\u001b[31mred', 'e\u0301'].map(encodeUtf8),
  tokens: ['\x1b[', '\x9b', '\xe2\x80\xae', '\xed\xa0\x80', '\n', '\r'],
  take(bytes) {
    const shown = visibleText(Buffer.from(bytes).toString('utf8'));
    assert.ok(!/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(shown));
  },
};

export const documentTargets: readonly FuzzTarget[] = [
  ...[bencode, metainfo, info, pieceLayers, magnet, resume, path, commandLine, shownText],
];
