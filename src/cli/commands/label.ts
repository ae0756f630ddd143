/** `shoal label`: labels and category of the daemon's torrents. */
import type { Command } from 'commander';
import type { TorrentChange, TorrentInfo } from '../../api/contract/torrents.ts';
import { CliError } from '../cli-error.ts';
import { valueOption } from '../command-shape.ts';
import { daemonCommand, forEachOf } from '../daemon-command.ts';
import { repeated } from '../option-values.ts';

interface LabelFlags {
  readonly add?: string[];
  readonly remove?: string[];
  readonly clear?: boolean;
  /** Empty takes it away. */
  readonly category?: string;
}

const words = repeated((text) => text);

export function addLabel(program: Command): void {
  daemonCommand<LabelFlags>(program, {
    usage: 'label <torrent...>',
    summary: "labels and category of the daemon's torrents",
    description:
      'Changes the labels of the torrents that are named; without options it prints them. A torrent has any number of labels and at most one category.',
    examples: [
      ['label holiday --add family --add 2026', 'two more labels'],
      ['label 1 2 3 --category films/old', 'steps of a category are joined by /'],
      ['label holiday --clear --category ""', 'none of both'],
    ],
    changesByOptions: true,
    options: (command) => {
      valueOption(command, '--add <label>', 'give this label; may be repeated', words);
      valueOption(command, '--remove <label>', 'take this label away; may be repeated', words);
      command.option('--clear', 'take all labels away, before --add');
      valueOption(command, '--category <name>', 'the category; "" for none');
    },
    work: async ({ terminal, client, flags, args }) => {
      const { torrentsNamed } = await import('../named-torrent.ts');
      return forEachOf(
        terminal,
        await torrentsNamed(client, args),
        ({ hash, name }) => ({ hash, name }),
        async ({ number, ...torrent }) => {
          const change = changeFor(torrent, flags);
          const info = change === undefined ? torrent : await client.change(torrent.hash, change);
          terminal.object({ number, ...info });
          terminal.field('torrent', info.name);
          terminal.field('labels', info.labels.length === 0 ? 'none' : info.labels.join(', '));
          terminal.field('category', info.category ?? 'none');
        },
      );
    },
  });
}

/** Undefined when nothing is asked for. Throws CliError for a label that it does not have. */
function changeFor(
  { name, labels }: TorrentInfo,
  { add = [], remove = [], clear = false, category }: LabelFlags,
): TorrentChange | undefined {
  const isAboutLabels = clear || add.length > 0 || remove.length > 0;
  if (!isAboutLabels && category === undefined) return undefined;
  const strange = remove.find((label) => !labels.includes(label));
  if (strange !== undefined) {
    const has = labels.length === 0 ? 'It has none' : `It has ${labels.join(', ')}`;
    throw new CliError('TORRENT_NO_LABEL', `${name} has no label ${strange}. ${has}.`);
  }
  const kept = clear ? [] : labels.filter((label) => !remove.includes(label));
  return {
    ...(isAboutLabels && { labels: [...new Set([...kept, ...add])] }),
    ...(category !== undefined && { category: category === '' ? null : category }),
  };
}
