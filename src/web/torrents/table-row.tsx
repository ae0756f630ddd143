/** One row: drawn anew only when its torrent, its marks, its place or the columns are others. */
import { type MouseEvent, memo } from 'react';
import type { TorrentInfo } from '../../api/contract/torrents.ts';
import { useTorrent } from '../live/live-context.tsx';
import { usePicked } from '../parts/observable.ts';
import { untrustedText } from '../parts/untrusted.tsx';
import { type PageState, usePage } from '../shell/page-state.tsx';
import type { ColumnSpec } from './columns.tsx';
import { PhoneRow } from './phone-row.tsx';
import { selectOne, selectTo, toggleOne } from './selection.ts';

interface TableRowProps {
  readonly hash: string;
  readonly index: number;
  /** Pixels from the first row. */
  readonly start: number;
  readonly height: number;
  readonly specs: readonly ColumnSpec[];
  readonly isPhone: boolean;
  readonly order: readonly string[];
}

export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { hash, index, start, height, specs, isPhone, order } = props;
  const page = usePage();
  const torrent = useTorrent(hash);
  const marks = usePicked(page.selection, ({ hashes, cursor }) => {
    return `${hashes.has(hash) ? ' selected' : ''}${cursor === hash ? ' cursor' : ''}`;
  });
  const isOpen = usePicked(page.detail, (detail) => detail === hash);
  if (torrent === undefined) return null;
  const isSelected = marks.startsWith(' selected');
  return (
    <div
      id={`row-${hash}`}
      className={`row${marks}${isOpen ? ' open' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-state={torrent.state}
      style={{ transform: `translateY(${start}px)`, height }}
      onClick={(event) => (isPhone ? tap(page, hash) : click(event, page, hash, order))}
      onDoubleClick={() => page.detail.set(hash)}
      onContextMenu={() => {
        if (!page.selection.get().hashes.has(hash)) page.selection.set(selectOne(hash));
      }}
    >
      <span className="tick-cell" role="gridcell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${untrustedText(torrent.name, 80)}`}
          checked={isSelected}
          onChange={() => page.selection.update((selection) => toggleOne(selection, hash))}
          onClick={(event) => event.stopPropagation()}
        />
      </span>
      {isPhone ? <PhoneRow torrent={torrent} /> : <Cells torrent={torrent} specs={specs} />}
    </div>
  );
});

interface CellsProps {
  readonly torrent: TorrentInfo;
  readonly specs: readonly ColumnSpec[];
}

const Cells = memo(function Cells({ torrent, specs }: CellsProps) {
  return specs.map(({ id, isNumber, cell }) => (
    <span key={id} role="gridcell" className={isNumber ? 'cell number' : 'cell'}>
      {cell(torrent)}
    </span>
  ));
});

function click(event: MouseEvent, page: PageState, hash: string, order: readonly string[]): void {
  page.selection.update((selection) => {
    if (event.shiftKey) return selectTo(selection, hash, order);
    if (event.ctrlKey || event.metaKey) return toggleOne(selection, hash);
    return selectOne(hash);
  });
  // An open detail follows the selection.
  if (page.detail.get() !== undefined) page.detail.set(hash);
}

/** Opens the detail; once boxes are ticked, ticks this one too. */
function tap(page: PageState, hash: string): void {
  if (page.selection.get().hashes.size > 0) {
    page.selection.update((selection) => toggleOne(selection, hash));
  } else page.detail.set(hash);
}
