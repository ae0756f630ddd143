/**
 * torrents/add: links and .torrent files with one set of wishes for all. What fails with one does not
 * keep it from the others; `Fails.` is the answer only when none came in, as clients expect.
 */
import { DecodeError } from '../../base/decode-error.ts';
import type { AddTorrentRequest } from '../contract/torrents.ts';
import type { DaemonPorts } from '../service/daemon-ports.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { Form } from './form.ts';
import { goalChange, limitOf } from './torrent-wishes.ts';

const mostSources = 1000;

export async function addTorrents(form: Form, ports: DaemonPorts): Promise<'Ok.' | 'Fails.'> {
  const sources = [...form.list('urls', '\n'), ...form.files.map(({ bytes }) => bytes)];
  if (sources.length === 0) {
    throw new DaemonRefusal(
      'BAD_REQUEST',
      'There is neither a link in urls nor a file in torrents',
    );
  }
  if (sources.length > mostSources) {
    throw new DaemonRefusal('TOO_LARGE', `These are more than ${mostSources} torrents at once`);
  }
  const wishes = wishesOf(form, ports);
  let added = 0;
  for (const source of sources) {
    try {
      await addOne(source, wishes, form, ports);
      added++;
    } catch (error) {
      if (!(error instanceof DaemonRefusal || error instanceof DecodeError)) throw error;
    }
  }
  return added > 0 ? 'Ok.' : 'Fails.';
}

async function addOne(
  source: string | Uint8Array,
  wishes: Omit<AddTorrentRequest, 'source'>,
  form: Form,
  { torrents }: DaemonPorts,
): Promise<void> {
  const { hash, name } = await torrents.add({ source, ...wishes });
  const goals = goalChange(form);
  if (Object.keys(goals).length > 0) await torrents.change(hash, goals);
  const rename = form.text('rename');
  if (rename !== undefined && rename !== '' && rename !== name) {
    await torrents.rename(hash, { path: name, name: rename });
  }
  if (form.flag('addToTopOfQueue') === true) await torrents.moveInQueue([hash], 'top');
  if (form.flag('forced') === true) await torrents.forceStart(hash);
}

function wishesOf(
  form: Form,
  { labels, settings }: DaemonPorts,
): Omit<AddTorrentRequest, 'source'> {
  const category = form.text('category') || undefined;
  const ofCategory = labels.categories().find(({ name }) => name === category)?.dir;
  const dir = form.text('savepath') || ofCategory;
  const tags = form.list('tags', ',');
  const stopped = form.flag('stopped') ?? form.flag('paused') ?? !settings.get().startAdded;
  const downLimit = limitOf(form.number('dlLimit'));
  const upLimit = limitOf(form.number('upLimit'));
  return {
    paused: stopped,
    ...(dir !== undefined && { dir }),
    ...(category !== undefined && { category }),
    ...(tags.length > 0 && { labels: tags }),
    ...(form.flag('sequentialDownload') === true && { sequential: true }),
    ...(typeof downLimit === 'number' && { downLimit }),
    ...(typeof upLimit === 'number' && { upLimit }),
  };
}
