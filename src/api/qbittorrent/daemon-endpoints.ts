/** app/*, transfer/*, sync/torrentPeers and log/*; what Shoal does not have answers as if it were empty. */
import { DaemonRefusal } from '../service/refusal.ts';
import { type Asked, type Endpoints, torrentOf } from './endpoints.ts';
import { peersObject } from './peers-object.ts';
import { changeOf, preferencesObject } from './preferences.ts';
import { transferObject } from './server-state.ts';
import { limitOf } from './torrent-wishes.ts';

/** qBittorrent 5.0 speaks it; from 2.12 on clients have to send what Sonarr does not. */
const apiVersion = '2.11.4';
const appVersion = 'v5.0.5';

export const daemonReads: Endpoints['reads'] = {
  'app/webapiVersion': () => apiVersion,
  'app/version': () => appVersion,
  'app/buildInfo': () => ({
    qt: '',
    libtorrent: '',
    boost: '',
    openssl: process.versions.openssl,
    zlib: process.versions.zlib,
    bitness: process.arch.includes('64') ? 64 : 32,
    platform: process.platform,
  }),
  'app/preferences': ({ ports }) => preferencesObject(ports.settings.get()),
  'app/defaultSavePath': ({ ports }) => ports.settings.get().dir,
  'app/cookies': () => [],
  'app/networkInterfaceList': () => [],
  'app/networkInterfaceAddressList': () => [],
  'app/getDirectoryContent': async ({ form, ports }) => {
    const { folders } = await ports.folders.list(form.required('dirPath'));
    return form.text('mode') === 'files' ? [] : folders.map(({ path }) => path);
  },
  'transfer/info': ({ ports }) => transferObject(ports.torrents.session()),
  'transfer/speedLimitsMode': ({ ports }) =>
    ports.torrents.session().alternativeLimits ? '1' : '0',
  'transfer/downloadLimit': ({ ports }) => String(ports.settings.get().downLimit ?? 0),
  'transfer/uploadLimit': ({ ports }) => String(ports.settings.get().upLimit ?? 0),
  'sync/torrentPeers': (asked) => {
    const { hash } = torrentOf(asked);
    return peersObject(asked.ports.torrents.peers(hash), asked.form.number('rid') ?? 0);
  },
  'log/peers': () => [],
  'rss/items': () => ({}),
  'rss/rules': () => ({}),
  'search/plugins': () => [],
  'search/status': () => [],
};

export const daemonWrites: Endpoints['writes'] = {
  'app/setPreferences': async ({ form, ports }) => {
    const change = changeOf(form.required('json'), ports.settings.get());
    if (Object.keys(change).length > 0) await ports.settings.change(change);
  },
  'app/shutdown': () => {
    throw new DaemonRefusal('METHOD_NOT_ALLOWED', 'End the daemon on its own machine');
  },
  'transfer/toggleSpeedLimitsMode': async ({ ports }) => {
    const { enabled } = ports.settings.get().alternative;
    await ports.settings.change({ alternative: { enabled: !enabled } });
  },
  'transfer/setSpeedLimitsMode': async ({ form, ports }) => {
    await ports.settings.change({ alternative: { enabled: form.flag('mode') === true } });
  },
  'transfer/setDownloadLimit': (asked) => setLimit(asked, 'downLimit'),
  'transfer/setUploadLimit': (asked) => setLimit(asked, 'upLimit'),
};

async function setLimit({ form, ports }: Asked, name: 'downLimit' | 'upLimit'): Promise<void> {
  const limit = limitOf(form.number('limit'));
  if (limit === undefined)
    throw new DaemonRefusal('BAD_REQUEST', 'limit is missing', { field: 'limit' });
  await ports.settings.change({ [name]: limit });
}
