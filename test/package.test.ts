/**
 * What people get who install the package: the right files and no others, entry points that resolve
 * with types, a command that starts, and the README's embedding example running as it is printed.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type PackedPackage, packPackage, projectRoot, runTool } from './package/packed-package.ts';

interface Manifest {
  readonly version: string;
  readonly bin: Record<string, string>;
  readonly exports: Record<string, string | { types: string; default: string }>;
}

const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Manifest;
/** What vite builds. */
const page = /^dist\/web\/(?:index\.html|theme\.js|icon\.svg|assets\/[\w-]+\.(?:js|css))(?:\.br)?$/;
let packed: PackedPackage;

before(async () => {
  packed = await packPackage();
});
after(() => packed?.remove());

test('the package holds compiled code, types and documents, and nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  for (const path of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js']) {
    assert.ok(paths.includes(path), `${path} is missing`);
  }
  for (const path of ['index.html', 'theme.js', 'icon.svg']) {
    assert.ok(paths.includes(`dist/web/${path}`), `the page's ${path} is missing`);
  }
  const documents = /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
  const compiled = /^dist\/(?!sim\/)(?!.*\.test\.)[\w/-]+\.(?:js|d\.ts)$/;
  const strange = paths.filter(
    (path) => !documents.test(path) && !compiled.test(path) && !page.test(path),
  );
  assert.deepEqual(strange, []);
  const withoutTypes = paths.filter(
    (path) =>
      path.endsWith('.js') && !page.test(path) && !paths.includes(path.replace(/\.js$/, '.d.ts')),
  );
  assert.deepEqual(withoutTypes, []);
});

test('the package stays small', () => {
  assert.ok(packed.size < 1_500_000, `the tarball has ${packed.size} bytes`);
  const large = packed.files.filter(({ path, size }) => size > 100_000 && !page.test(path));
  assert.deepEqual(large, []);
});

test('every entry point exists, with types, and loads', async () => {
  const specifiers: string[] = [];
  const paths = new Set(packed.files.map(({ path }) => path));
  for (const [name, target] of Object.entries(manifest.exports)) {
    const targets = typeof target === 'string' ? [target] : [target.types, target.default];
    for (const path of targets) assert.ok(paths.has(path.slice(2)), `${name}: ${path} is missing`);
    if (typeof target !== 'string') specifiers.push(`shoal${name.slice(1)}`);
  }
  const program = `for (const s of ${JSON.stringify(specifiers)}) {
    if (Object.keys(await import(s)).length === 0) throw new Error(s + ' exports nothing');
  }`;
  await runTool(process.execPath, ['--input-type=module', '-e', program], packed.consumer);
});

test('a torrent is read with its bytes alone, from either entry point', async () => {
  const program = `import assert from 'node:assert';
    import { parseMetainfo } from 'shoal';
    import * as codec from 'shoal/metainfo';
    const info = 'd6:lengthi5e4:name1:x12:piece lengthi16384e6:pieces20:' + 'p'.repeat(20) + 'e';
    const bytes = new TextEncoder().encode('d4:info' + info + 'e');
    assert.equal(codec.parseMetainfo(bytes).lengthBytes, 5);
    assert.equal(codec.parseMetainfo(bytes).infoHash, parseMetainfo(bytes).infoHash);
    assert.throws(() => codec.parseMetainfo(new Uint8Array(3)), codec.DecodeError);`;
  await runTool(process.execPath, ['--input-type=module', '-e', program], packed.consumer);
});

test('the command starts, and an old Node.js is told which one is needed', async () => {
  const bin = join(packed.consumer, 'node_modules/shoal', manifest.bin.shoal as string);
  const version = await runTool(process.execPath, [bin, '--version'], packed.consumer);
  assert.equal(version.trim(), manifest.version);

  const old = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' });`;
  const preload = `data:text/javascript,${encodeURIComponent(old)}`;
  const start = promisify(execFile)(process.execPath, ['--import', preload, bin, '--version']);
  await assert.rejects(start, (error: { code: number; stdout: string; stderr: string }) => {
    assert.equal(error.code, 1);
    assert.equal(error.stdout, '');
    assert.match(error.stderr, /^shoal needs Node\.js 24 or newer, and this is 20\.20\.2 .*\n$/);
    return true;
  });
});

test('every program starts, says how it is used, and refuses what it does not know', async () => {
  await Promise.all(
    Object.entries(manifest.bin).map(async ([name, path]) => {
      const bin = join(packed.consumer, 'node_modules/shoal', path);
      assert.match(await readFile(bin, 'utf8'), /^#!\/usr\/bin\/env node\n/, name);
      const help = await runTool(process.execPath, [bin, '--help'], packed.consumer);
      assert.match(help, new RegExp(`^Usage: ${name} `));
      const wrong = promisify(execFile)(process.execPath, [bin, '--nonsense']);
      await assert.rejects(wrong, { code: 2 }, name);
    }),
  );
});

test('what is installed serves the page', async () => {
  const bin = join(packed.consumer, 'node_modules/shoal', manifest.bin.shoal as string);
  const ports = ['--port', '0', '--tracker-port', '0', '--peer-port', '0'];
  const args = [bin, 'up', '--json', '--config', '', '--data', 'state', ...ports];
  const up = spawn(process.execPath, args, {
    cwd: packed.consumer,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(up, 'exit');
  try {
    let said = '';
    for await (const chunk of up.stdout) {
      said += String(chunk);
      if (/"url":"[^"]+"/.test(said)) break;
    }
    const url = /"url":"([^"]+)"/.exec(said)?.[1] ?? '';
    const document = await (await fetch(url)).text();
    const assets = [...document.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    assert.ok(assets.length >= 4, document);
    for (const path of assets) assert.equal((await fetch(`${url}${path}`)).status, 200, path);
  } finally {
    up.kill('SIGTERM');
  }
  assert.deepEqual(await ended, [0, null]);
});

test("the README's embedding example compiles and runs against the package", async () => {
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
  const example = /<!-- example: embedding -->\n+```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  assert.ok(example, 'README.md has no ts block behind <!-- example: embedding -->');
  await writeFile(join(packed.consumer, 'example.ts'), example);
  const options = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext'];
  const tsc = join(projectRoot, 'node_modules/.bin/tsc');
  await runTool(tsc, [...options, '--types', 'node', 'example.ts'], packed.consumer);
  const output = await runTool(process.execPath, ['example.ts'], packed.consumer);
  assert.match(output, /^got hello\.txt/m);
});
