/** A torrent brought to a place in the queue, in the steps that the daemon knows. */
import type { TorrentsPort } from '../service/torrents-port.ts';

/** `place` counts from 0; one beyond the end is the end. */
export async function placeInQueue(
  torrents: TorrentsPort,
  hash: string,
  place: number,
): Promise<void> {
  const last = torrents.session().torrents - 1;
  if (place <= 0) return torrents.moveInQueue([hash], 'top');
  if (place >= last) return torrents.moveInQueue([hash], 'bottom');
  const from = torrents.get(hash).queuePosition;
  const nearest = [
    { at: from, by: undefined },
    { at: 0, by: 'top' },
    { at: last, by: 'bottom' },
  ] as const;
  const [start] = nearest.toSorted((a, b) => Math.abs(a.at - place) - Math.abs(b.at - place));
  if (start?.by !== undefined) await torrents.moveInQueue([hash], start.by);
  const distance = place - (start?.at ?? from);
  const step = distance < 0 ? 'up' : 'down';
  for (let done = 0; done < Math.abs(distance); done++) await torrents.moveInQueue([hash], step);
}
