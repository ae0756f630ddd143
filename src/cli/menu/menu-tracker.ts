/** The home tracker: its address for others, and its figures. */
import { formatDuration, groupDigits } from '../format.ts';
import { visibleText } from '../visible-text.ts';
import type { MenuContext } from './menu.ts';

export async function showTrackerAddress({ client, asker }: MenuContext): Promise<void> {
  const { tracker } = await client.settings(asker.signal);
  if (tracker === null) {
    asker.say('The daemon has no home tracker. Name one with shoal set --tracker URL.');
    return;
  }
  const page = tracker.replace(/\/announce\/?$/, '/');
  asker.say([`announce  ${visibleText(tracker)}`, `page      ${visibleText(page)}`]);
}

export async function showTrackerStatistics({ client, asker }: MenuContext): Promise<void> {
  const figures = await client.homeTracker.statistics(asker.signal);
  const number = (key: string): string => {
    const value: unknown = Reflect.get(figures, key);
    return typeof value === 'number' ? groupDigits(Math.round(value)) : '–';
  };
  const uptime: unknown = Reflect.get(figures, 'uptimeSeconds');
  asker.say([
    `torrents  ${number('torrents')}`,
    `peers     ${number('peers')}: ${number('seeders')} seeders, ${number('leechers')} leechers`,
    `announces ${number('announcesPerSecond')} a second`,
    ...(typeof uptime === 'number' ? [`running   ${formatDuration(Math.floor(uptime))}`] : []),
  ]);
}
