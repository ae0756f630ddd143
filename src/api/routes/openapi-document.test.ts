/** The document says what the routes are: all of them, no others, and in the form of OpenAPI 3.1. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DaemonAccess } from '../service/daemon-access.ts';
import { LoginSessions } from '../service/login-sessions.ts';
import { startRoutes } from './daemon-routes-fixture.test.ts';
import { makeDaemonApp } from './daemon-server.ts';
import { recordPorts } from './recording-ports-fixture.test.ts';

interface Operation {
  readonly summary?: string;
  readonly tags?: string[];
  readonly security?: unknown[];
  readonly parameters?: { name: string; in: string; required?: boolean; schema?: object }[];
  readonly requestBody?: { content: Record<string, unknown> };
  readonly responses: Record<string, { description: string }>;
}
interface Document {
  readonly openapi: string;
  readonly info: { title: string; version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly security: unknown[];
  readonly components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

async function documentOf(t: import('node:test').TestContext): Promise<[Document, string]> {
  const rig = await startRoutes(t);
  const { json, text, headers, status } = await rig.ask({ path: '/api/openapi.json' });
  assert.equal(status, 200);
  assert.match(headers['content-type'] ?? '', /^application\/json/);
  assert.ok(json !== undefined && 'paths' in json && 'components' in json);
  return [JSON.parse(text) as Document, text];
}

/** `POST torrents/HASH/start, force-start, …: words` of the contract's header. */
function promisedRoutes(): string[] {
  const url = new URL('../contract/torrents.ts', import.meta.url);
  const lines = readFileSync(url, 'utf8').split('*/')[0]!.split('\n');
  return lines.flatMap((line) => {
    const match = /^ \* {3}(GET|POST|PUT|PATCH|DELETE) +(\S.*)$/.exec(line);
    if (match === null) return [];
    const [, method, rest = ''] = match;
    const paths = rest.split(/: | {2}/, 1)[0]!.split(', ');
    const base = paths[0]!.slice(0, paths[0]!.lastIndexOf('/') + 1);
    return paths.map((path, i) => {
      const whole = i === 0 || path.includes('/') || base === '' ? path : base + path;
      return `${method} ${whole.split('?')[0]!.replaceAll(/[A-Z]+/g, '*')}`;
    });
  });
}

test('it holds what the contract promises, and nothing else', async (t) => {
  const [{ paths }] = await documentOf(t);
  const said = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'head')
      .map((method) => `${method.toUpperCase()} ${plain(path)}`),
  );
  const promised = promisedRoutes();
  assert.ok(promised.length > 30, String(promised));
  assert.deepEqual(said.sort(), promised.sort());
});

function plain(path: string): string {
  return path.replace('/api/v1/', '').replaceAll(/\{\w+\}/g, '*');
}

test('every route that is registered is in it', async (t) => {
  const [{ paths }] = await documentOf(t);
  const nowMs = () => 0;
  const sessions = new LoginSessions({ nowMs, newId: () => 'x' });
  const access = new DaemonAccess({ tokens: ['x'], hostNames: [], sessions, nowMs });
  const { ports } = recordPorts();
  const app = await makeDaemonApp({ host: '', port: 0, ports, access });
  t.after(() => app.close());
  const urls = printedUrls(app.printRoutes({ commonPrefix: false }));
  const inDocument = new Set(Object.keys(paths).map(plain));
  assert.equal(urls.length, inDocument.size);
  for (const url of urls) assert.ok(inDocument.has(url.replaceAll(/:\w+/g, '*')), url);
});

/** Fastify prints a tree; each level is four characters further to the right. */
function printedUrls(tree: string): string[] {
  const above: string[] = [];
  const urls: string[] = [];
  for (const line of tree.split('\n')) {
    const [, indent = '', path = ''] = /^([^/a-z*]*)(\S+) \(/.exec(line) ?? [];
    const depth = indent.length / 4;
    above.length = depth;
    above[depth] = path;
    const url = above.join('').replace(/^\/\//, '/');
    if (url.startsWith('/api/v1/')) urls.push(plain(url));
  }
  return urls;
}

test('it has the form of OpenAPI 3.1', async (t) => {
  const [document, text] = await documentOf(t);
  assert.match(document.openapi, /^3\.1\.\d$/);
  assert.ok(document.info.title !== '' && document.info.version !== '');
  assert.ok(document.security.length > 0);
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
    assert.ok(document.components.schemas[name!], name);
  }
  assert.doesNotMatch(text, /"\$ref":"(?!#\/components\/schemas\/\w+")/);
  assert.ok(document.components.schemas.TorrentChanges && document.components.schemas.Notice);
  const { put } = document.paths['/api/v1/shares/{id}/files/{index}']!;
  assert.deepEqual(put?.requestBody?.content, { 'application/octet-stream': {} });
  const open: string[] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      checkOperation(path, `${method} ${path}`, operation);
      if (operation.security?.length === 0) open.push(path);
    }
  }
  assert.deepEqual(open, ['/api/v1/health', '/api/v1/login']);
});

function checkOperation(path: string, what: string, operation: Operation): void {
  const { summary = '', tags = [], parameters = [], responses, requestBody } = operation;
  assert.ok(summary !== '' && tags.length === 1, what);
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const inPath = parameters.filter((one) => one.in === 'path');
  assert.deepEqual(inPath.map(({ name }) => name).sort(), named.sort(), what);
  for (const one of parameters) {
    assert.ok(one.in === 'query' || one.required === true, what);
    assert.equal(typeof one.schema, 'object', what);
  }
  const statuses = Object.keys(responses);
  assert.ok(
    statuses.some((status) => status.startsWith('2')),
    what,
  );
  for (const [status, { description }] of Object.entries(responses)) {
    assert.match(status, /^[1-5]\d\d$/, what);
    assert.equal(typeof description, 'string', what);
  }
  if (requestBody !== undefined) assert.ok(Object.keys(requestBody.content).length > 0, what);
}

test('people can read it, without scripts', async (t) => {
  const rig = await startRoutes(t);
  const { text, headers, status } = await rig.ask({ path: '/api/docs' });
  assert.equal(status, 200);
  assert.match(headers['content-type'] ?? '', /^text\/html/);
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; /);
  assert.doesNotMatch(text, /<script|onload|style="|src=|@import|url\(/);
  assert.match(text, /force-start/);
  for (const [, target] of text.matchAll(/href="#(\w+)"/g)) {
    assert.match(text, new RegExp(`id="${target}"`), target);
  }
});
