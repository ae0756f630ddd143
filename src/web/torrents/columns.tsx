/** The columns of the table: what they are called, how wide they begin, and what stands in them. */
import type { ReactNode } from 'react';
import type { TorrentInfo } from '../../api/contract/torrents.ts';
import { Bar } from '../parts/bar.tsx';
import { Untrusted, untrustedText } from '../parts/untrusted.tsx';
import { trackerHost } from './torrent-filter.ts';
import type { SortKey } from './torrent-order.ts';
import {
  etaText,
  peersText,
  percentText,
  rateText,
  ratioText,
  reasonOf,
  shortTime,
  sizeText,
  stateText,
} from './torrent-words.ts';

export interface ColumnSpec {
  readonly id: SortKey;
  readonly label: string;
  /** In the head, where the label is too wide; a drawing is not needed. */
  readonly head?: string;
  readonly width: number;
  readonly isNumber?: true;
  /** Not shown until it is asked for. */
  readonly isExtra?: true;
  /** Not shown in a window narrower than this many pixels, unless it is asked for. */
  readonly fromPx?: number;
  /** The first click sorts the largest to the top. */
  readonly descendsFirst?: true;
  readonly cell: (torrent: TorrentInfo) => ReactNode;
}

export const columnSpecs: readonly ColumnSpec[] = [
  { id: 'name', label: 'Name', width: 220, cell: (torrent) => <NameCell torrent={torrent} /> },
  {
    id: 'size',
    label: 'Size',
    width: 80,
    isNumber: true,
    descendsFirst: true,
    cell: ({ lengthBytes }) => (lengthBytes > 0 ? sizeText(lengthBytes) : ''),
  },
  {
    id: 'progress',
    label: 'Progress',
    width: 144,
    descendsFirst: true,
    cell: (torrent) => <ProgressCell torrent={torrent} />,
  },
  { id: 'state', label: 'State', width: 100, cell: (torrent) => <StateCell torrent={torrent} /> },
  {
    id: 'down',
    label: 'Down',
    width: 92,
    isNumber: true,
    descendsFirst: true,
    cell: ({ downRate }) => rateText(downRate),
  },
  {
    id: 'up',
    label: 'Up',
    fromPx: 1140,
    width: 92,
    isNumber: true,
    descendsFirst: true,
    cell: ({ upRate }) => rateText(upRate),
  },
  {
    id: 'peers',
    label: 'Peers',
    width: 76,
    isNumber: true,
    descendsFirst: true,
    cell: (torrent) => (
      <span title="Connected, and in brackets all that the trackers know">
        {peersText(torrent)}
      </span>
    ),
  },
  { id: 'eta', label: 'Time left', fromPx: 1050, width: 92, isNumber: true, cell: etaText },
  {
    id: 'ratio',
    label: 'Ratio',
    fromPx: 1200,
    width: 60,
    isNumber: true,
    descendsFirst: true,
    cell: ({ ratio }) => ratioText(ratio),
  },
  {
    id: 'labels',
    label: 'Labels',
    width: 112,
    isExtra: true,
    cell: ({ labels }) => <Untrusted text={labels.join(', ')} none="" />,
  },
  {
    id: 'added',
    label: 'Added',
    fromPx: 1300,
    width: 96,
    descendsFirst: true,
    cell: ({ addedAt }) => <TimeCell iso={addedAt} />,
  },
  {
    id: 'done',
    label: 'Completed',
    width: 96,
    isExtra: true,
    descendsFirst: true,
    cell: ({ completedAt }) => <TimeCell iso={completedAt} />,
  },
  {
    id: 'uploaded',
    label: 'Uploaded',
    width: 84,
    isNumber: true,
    isExtra: true,
    descendsFirst: true,
    cell: ({ uploadedBytes }) => (uploadedBytes > 0 ? sizeText(uploadedBytes) : ''),
  },
  {
    id: 'category',
    label: 'Category',
    width: 104,
    isExtra: true,
    cell: ({ category }) => <Untrusted text={category ?? ''} none="" />,
  },
  {
    id: 'tracker',
    label: 'Tracker',
    width: 140,
    isExtra: true,
    cell: ({ tracker }) => (
      <Untrusted text={tracker === undefined ? '' : trackerHost(tracker)} none="" />
    ),
  },
  {
    id: 'queue',
    label: 'Queue',
    width: 64,
    isNumber: true,
    isExtra: true,
    cell: ({ queuePosition }) => queuePosition + 1,
  },
  {
    id: 'folder',
    label: 'Folder',
    width: 180,
    isExtra: true,
    cell: ({ dir }) => <Untrusted text={dir} />,
  },
];

/** Whether it is shown where nobody said so. */
export function isUsual({ isExtra, fromPx = 0 }: ColumnSpec, windowPx: number): boolean {
  return isExtra !== true && windowPx >= fromPx;
}

export const specOf: ReadonlyMap<string, ColumnSpec> = new Map(
  columnSpecs.map((spec) => [spec.id, spec]),
);

function NameCell({ torrent }: { readonly torrent: TorrentInfo }) {
  const reason = reasonOf(torrent);
  return (
    <span className="name-cell">
      <span className="name cut" title={untrustedText(torrent.name)}>
        <Untrusted text={torrent.name} />
      </span>
      {reason !== undefined && (
        <span
          className={torrent.state === 'error' ? 'reason cut trouble' : 'reason cut'}
          title={untrustedText(reason, 1000)}
        >
          <Untrusted text={reason} />
        </span>
      )}
    </span>
  );
}

/** The accent says that it moves; what rests or is done is grey. */
function ProgressCell({ torrent }: { readonly torrent: TorrentInfo }) {
  const { progress, state } = torrent;
  const isMoving = state === 'downloading' || state === 'metadata' || state === 'checking';
  return (
    <span className={isMoving ? 'progress-cell moving' : 'progress-cell'}>
      <Bar share={progress} />
      <span className="percent">{percentText(progress)}</span>
    </span>
  );
}

function StateCell({ torrent }: { readonly torrent: TorrentInfo }) {
  return (
    <span className={torrent.state === 'error' ? 'trouble' : 'quiet'}>{stateText(torrent)}</span>
  );
}

function TimeCell({ iso }: { readonly iso: string | undefined }) {
  return shortTime(iso, Date.now());
}
