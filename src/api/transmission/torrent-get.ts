/** torrent-get: the asked fields of the asked torrents, as objects or as a table. */
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { DaemonRefusal } from '../service/refusal.ts';
import { ids, parseArguments } from './rpc-arguments.ts';
import type { RpcContext } from './rpc-context.ts';
import { selectTorrents } from './selected-torrents.ts';
import { isTorrentField, needsOf, torrentField } from './torrent-fields.ts';
import { TorrentView } from './torrent-view.ts';

/** So many torrents' details are read at once. */
const atOnce = 16;

const getArguments = z.object({
  ids,
  fields: z
    .array(z.string(), { error: 'is a list of the names of fields' })
    .max(1000, 'has more than 1000 names')
    .optional(),
  format: z.enum(['objects', 'table'], { error: 'is objects or table' }).default('objects'),
});

export async function torrentGet(context: RpcContext, args: object): Promise<object> {
  const { ids: asked, fields, format } = parseArguments(getArguments, args);
  if (fields === undefined || fields.length === 0) {
    throw new DaemonRefusal('BAD_REQUEST', 'no fields specified', { field: 'fields' });
  }
  const names = [...new Set(fields)].filter(isTorrentField);
  const views = await loadViews(context, asked, names);
  const isRecent = asked === 'recently-active' || asked === 'recently_active';
  return {
    ...(isRecent && { removed: context.ids.gone() }),
    torrents: format === 'table' ? tableOf(views, names) : objectsOf(views, names),
  };
}

async function loadViews(
  context: RpcContext,
  asked: z.output<typeof ids>,
  names: readonly string[],
): Promise<TorrentView[]> {
  const settings = context.ports.settings.get();
  const needs = needsOf(names);
  const infos = selectTorrents(context, asked);
  const views: TorrentView[] = [];
  for (let begin = 0; begin < infos.length; begin += atOnce) {
    const loaded = await Promise.all(
      infos
        .slice(begin, begin + atOnce)
        .map((info) => TorrentView.load(context, info, settings, needs)),
    );
    for (const view of loaded) if (view !== undefined) views.push(view);
    // The details of many are a long work, and others have requests too.
    if (needs.outline || needs.detail || needs.files) await setImmediate();
  }
  return views;
}

function objectsOf(views: readonly TorrentView[], names: readonly string[]): object[] {
  return views.map((view) =>
    Object.fromEntries(names.map((name) => [name, torrentField(view, name)])),
  );
}

/** The first row has the names. */
function tableOf(views: readonly TorrentView[], names: readonly string[]): unknown[][] {
  const rows = views.map((view) => names.map((name) => torrentField(view, name)));
  return [[...names], ...rows];
}
