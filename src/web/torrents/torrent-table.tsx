/**
 * The table of torrents: its head, its rows, its menu. The focus stays on the table; the row it stands on
 * is named to screen readers as the active descendant.
 */
import { ContextMenu } from 'radix-ui';
import { type CSSProperties, useMemo, useRef } from 'react';
import { useObservable, usePicked } from '../parts/observable.ts';
import { useIsPhone } from '../parts/use-media.ts';
import { usePage } from '../shell/page-state.tsx';
import { specOf } from './columns.tsx';
import { TableHead } from './table-head.tsx';
import { TableRows } from './table-rows.tsx';
import { ContextEntries } from './torrent-menu.tsx';
import { useColumnTable } from './use-column-table.ts';
import { useListKeys } from './use-list-keys.ts';

const rowPx = { usual: 32, compact: 26, phone: 68 };
const tickPx = 32;

export function TorrentTable({ order }: { readonly order: readonly string[] }) {
  const page = usePage();
  const isPhone = useIsPhone();
  const isCompact = useObservable(page.isCompact);
  const height = isPhone ? rowPx.phone : isCompact ? rowPx.compact : rowPx.usual;
  const scroller = useRef<HTMLDivElement>(null);
  const table = useColumnTable();
  const cursor = usePicked(page.selection, (selection) => selection.cursor);
  useListKeys(order, scroller, height);
  const leaves = table.getVisibleLeafColumns();
  const template = leaves
    .map((one) => (one.id === 'name' ? `minmax(${one.getSize()}px, 1fr)` : `${one.getSize()}px`))
    .join(' ');
  const width = leaves.reduce((sum, one) => sum + one.getSize(), tickPx);
  const ids = leaves.map((one) => one.id).join(' ');
  const specs = useMemo(() => ids.split(' ').flatMap((id) => specOf.get(id) ?? []), [ids]);
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
          <TableRows
            scroller={scroller}
            order={order}
            height={height}
            specs={specs}
            isPhone={isPhone}
          />
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
