/** Share a file: a path becomes a torrent, listed in the tracker's catalog and seeded. */
import { homedir } from 'node:os';
import { formatBytes, formatPercent } from '../format.ts';
import { sharePath } from '../share-path.ts';
import { visibleText } from '../visible-text.ts';
import type { MenuContext } from './menu.ts';

export async function shareSomething({ client, isLocal, asker }: MenuContext): Promise<void> {
  const typed = await asker.text('Which file or folder?', 'type a path, or drop a file here');
  const path = droppedPath(typed);
  const work = asker.working('reading');
  let isShown = true;
  const hide = (line: string): void => {
    if (isShown) work.stop(line);
    isShown = false;
  };
  try {
    const share = await sharePath({
      client,
      isLocal,
      path,
      signal: asker.signal,
      mayCopy: (lengthBytes, reason) => {
        hide('It has to be copied');
        return asker.yes(`${visibleText(reason)}. Copy ${formatBytes(lengthBytes)} to it?`);
      },
      onProgress: ({ state, name, doneBytes, lengthBytes }) => {
        const done = formatPercent(lengthBytes === 0 ? 0 : doneBytes / lengthBytes).trim();
        const verb = state === 'receiving' ? 'copying' : 'hashing';
        if (isShown) work.update(`${verb} ${visibleText(name)} ${done}`);
      },
    });
    hide(`Sharing ${visibleText(share.name)}, ${formatBytes(share.lengthBytes)}`);
    const listed = share.listed ?? share.problem?.message ?? 'not in a catalog';
    asker.say([`link      ${visibleText(share.magnet ?? '')}`, `listed    ${visibleText(listed)}`]);
  } catch (error) {
    hide('Not shared');
    throw error;
  }
}

/** Terminals put quotes or backslashes around the path of a file that is dropped on them. */
export function droppedPath(typed: string): string {
  const quoted = /^'(.*)'$/.exec(typed) ?? /^"(.*)"$/.exec(typed);
  const plain =
    quoted?.[1] ?? (process.platform === 'win32' ? typed : typed.replace(/\\(.)/g, '$1'));
  return plain.replace(/^file:\/\//, '').replace(/^~(?=\/|$)/, () => homedir());
}
