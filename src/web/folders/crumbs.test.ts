import assert from 'node:assert/strict';
import { it } from 'node:test';
import { crumbsOf, openCrumbs } from './crumbs.ts';

it('a path has a crumb for each step', () => {
  assert.deepEqual(crumbsOf('/data/my films'), [
    { name: '/', path: '/' },
    { name: 'data', path: '/data' },
    { name: 'my films', path: '/data/my films' },
  ]);
  assert.deepEqual(
    crumbsOf('C:\\films\\new').map(({ path }) => path),
    ['C:\\', 'C:\\films', 'C:\\films\\new'],
  );
  assert.deepEqual(crumbsOf('/'), [{ name: '/', path: '/' }]);
});

it('crumbs begin with the topmost folder that may be listed', () => {
  assert.deepEqual(openCrumbs('/data/films/new', ['/media', '/data/films']), [
    { name: '/data/films', path: '/data/films' },
    { name: 'new', path: '/data/films/new' },
  ]);
  assert.deepEqual(openCrumbs('/srv/x', ['/data']), [{ name: 'x', path: '/srv/x' }]);
});
