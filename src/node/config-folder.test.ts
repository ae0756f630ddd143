import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFolderFor } from './config-folder.ts';

test('settings lie where the platform keeps them', () => {
  assert.equal(configFolderFor('linux', {}, '/h'), '/h/.config/shoal');
  assert.equal(configFolderFor('linux', { XDG_CONFIG_HOME: '/c' }, '/h'), '/c/shoal');
  assert.equal(configFolderFor('freebsd', { XDG_CONFIG_HOME: '' }, '/h'), '/h/.config/shoal');
  assert.equal(configFolderFor('linux', { XDG_CONFIG_HOME: 'here' }, '/h'), '/h/.config/shoal');
  assert.equal(
    configFolderFor('darwin', { XDG_CONFIG_HOME: '/c' }, '/h'),
    '/h/Library/Application Support/Shoal',
  );
  assert.equal(configFolderFor('win32', { APPDATA: 'C:\\r' }, 'C:\\h'), 'C:\\r\\Shoal');
  assert.equal(configFolderFor('win32', {}, 'C:\\h'), 'C:\\h\\AppData\\Roaming\\Shoal');
});
