/**
 * The table of torrents. Only rows in sight exist, and each is drawn anew only when its torrent, its
 * selection or the columns changed. The focus stays on the table; the row it stands on is named to screen
 * readers as the active descendant.
 */
import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { ContextMenu } from 'radix-ui';
import { type CSSProperties, type MouseEvent, memo, useEffect, useMemo, useRef } from 'react';
import { useTorrent } from '../live/live-context.tsx';
import { useObservable, usePicked } from '../parts/observable.ts';
import { useIsPhone } from '../parts/use-media.ts';
import { usePage } from '../shell/page-state.tsx';
import { type ColumnSpec, specOf } from './columns.tsx';
import { PhoneRow } from './phone-row.tsx';
import { selectOne, selectTo, toggleOne } from './selection.ts';
import { TableHead } from './table-head.tsx';
import { ContextEntries } from './torrent-menu.tsx';
import { useColumnTable } from './use-column-table.ts';
import { useListKeys } from './use-list-keys.ts';

const rowPx = { usual: 32, compact: 26, phone: 68 };

export function TorrentTable({ order }: { readonly order: readonly string[] }) {
  const page = usePage();
  const isPhone = useIsPhone();
  const isCompact = useObservable(page.isCompact);
  const height = isPhone ? rowPx.phone : isCompact ? rowPx.compact : rowPx.usual;
  const table = useColumnTable();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => order[index] as string,
    overscan: 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when the height is another
  useEffect(() => virtual.measure(), [virtual, height]);
  useListKeys(
    order,
    scroller,
    Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2),
  );
  const cursor = usePicked(page.selection, (selection) => selection.cursor);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a row that sorting moves away is not followed
  useEffect(() => {
    const index = cursor === undefined ? -1 : order.indexOf(cursor);
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
  }, [cursor, virtual]);
  const leaves = table.getVisibleLeafColumns();
  const template = leaves
    .map((one) => (one.id === 'name' ? `minmax(${one.getSize()}px, 1fr)` : `${one.getSize()}px`))
    .join(' ');
  const ids = leaves.map((one) => one.id).join(' ');
  const specs = useMemo(() => ids.split(' ').flatMap((id) => specOf.get(id) ?? []), [ids]);
  const width = leaves.reduce((sum, one) => sum + one.getSize(), 0) + 32;
  const style = { '--columns': template, '--table-width': `${width}px` } as CSSProperties;
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>
        <div
          ref={scroller}
          className={`torrent-table${isCompact ? ' compact' : ''}${isPhone ? ' phone' : ''}`}
          style={style}
          role="grid"
          aria-label="Torrents"
          aria-multiselectable="true"
          aria-rowcount={order.length + 1}
          aria-activedescendant={cursor === undefined ? undefined : `row-${cursor}`}
          tabIndex={0}
          data-list=""
        >
          {!isPhone && <TableHead table={table} order={order} />}
          <div className="rows" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item: VirtualItem) => (
              <Row
                key={item.key as string}
                hash={order[item.index] as string}
                index={item.index}
                start={item.start}
                height={height}
                specs={specs}
                isPhone={isPhone}
                order={order}
              />
            ))}
          </div>
          {order.length === 0 && <NothingShown />}
        </div>
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className="menu" collisionPadding={8}>
          <ContextEntries />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

interface RowProps {
  readonly hash: string;
  readonly index: number;
  readonly start: number;
  readonly height: number;
  readonly specs: readonly ColumnSpec[];
  readonly isPhone: boolean;
  readonly order: readonly string[];
}

const Row = memo(function Row({ hash, index, start, height, specs, isPhone, order }: RowProps) {
  const page = usePage();
  const torrent = useTorrent(hash);
  const isSelected = usePicked(page.selection, ({ hashes }) => hashes.has(hash));
  const isCursor = usePicked(page.selection, ({ cursor }) => cursor === hash);
  const isOpen = usePicked(page.detail, (detail) => detail === hash);
  const isChoosing = usePicked(page.selection, ({ hashes }) => hashes.size > 1);
  if (torrent === undefined) return null;
  const toggle = () => page.selection.update((selection) => toggleOne(selection, hash));
  const select = (event: MouseEvent) => {
    if (isPhone) {
      if (isChoosing) toggle();
      else page.detail.set(hash);
      return;
    }
    page.selection.update((selection) => {
      if (event.shiftKey) return selectTo(selection, hash, order);
      if (event.ctrlKey || event.metaKey) return toggleOne(selection, hash);
      return selectOne(hash);
    });
    if (page.detail.get() !== undefined) page.detail.set(hash);
  };
  const onContextMenu = () => {
    if (!page.selection.get().hashes.has(hash)) page.selection.set(selectOne(hash));
  };
  const marks = `row${isSelected ? ' selected' : ''}${isCursor ? ' cursor' : ''}${isOpen ? ' open' : ''}`;
  return (
    <div
      id={`row-${hash}`}
      className={marks}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-state={torrent.state}
      style={{ transform: `translateY(${start}px)`, height }}
      onClick={select}
      onDoubleClick={() => page.detail.set(hash)}
      onContextMenu={onContextMenu}
    >
      <span className="tick-cell" role="gridcell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label="Select"
          checked={isSelected}
          onChange={toggle}
          onClick={(event) => event.stopPropagation()}
        />
      </span>
      {isPhone ? (
        <PhoneRow torrent={torrent} />
      ) : (
        specs.map(({ id, isNumber, cell }) => (
          <span key={id} role="gridcell" className={isNumber ? 'cell number' : 'cell'}>
            {cell(torrent)}
          </span>
        ))
      )}
    </div>
  );
});

function NothingShown() {
  const page = usePage();
  const search = useObservable(page.search);
  return (
    <div className="nothing-shown">
      <p className="quiet">
        {search === '' ? 'No torrent is in this state.' : 'No torrent has these words in its name.'}
      </p>
      <button
        type="button"
        className="button small"
        onClick={() => {
          page.search.set('');
          page.filter.set({ kind: 'group', value: 'all' });
        }}
      >
        Show all
      </button>
    </div>
  );
}
