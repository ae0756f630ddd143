/** The state of the columns: order of sorting, what is shown, how wide. The rows are drawn elsewhere. */
import {
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  rowSortingFeature,
  tableFeatures,
  type Updater,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { TorrentInfo } from '../../api/contract/torrents.ts';
import { type Observable, useObservable } from '../parts/observable.ts';
import { useWindowStep } from '../parts/use-media.ts';
import { usePage } from '../shell/page-state.tsx';
import { columnSpecs, isUsual } from './columns.tsx';
import type { SortKey } from './torrent-order.ts';

const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  columnSizingFeature,
  columnResizingFeature,
});
const column = createColumnHelper<typeof features, TorrentInfo>();
const columns = column.columns(
  columnSpecs.map(({ id, label, width, descendsFirst }) =>
    // A column without a value of its own could not be sorted by; rows are ordered elsewhere.
    column.accessor(() => id, {
      id,
      header: label,
      size: width,
      minSize: 48,
      maxSize: 800,
      enableSorting: true,
      enableHiding: id !== 'name',
      sortDescFirst: descendsFirst === true,
    }),
  ),
);
/** Rows are ordered and drawn by hash; the table only has to know the columns. */
const noRows: TorrentInfo[] = [];

/** The widths of windows at which another column is shown. */
const steps = [...new Set(columnSpecs.map(({ fromPx = 0 }) => fromPx))].sort((a, b) => a - b);

function apply<T>(observable: Observable<T>, updater: Updater<T>): void {
  observable.update((old) =>
    typeof updater === 'function' ? (updater as (old: T) => T)(old) : updater,
  );
}

export function useColumnTable() {
  const page = usePage();
  const sort = useObservable(page.sort);
  const chosen = useObservable(page.columns);
  const columnSizing = useObservable(page.widths);
  const sorting = useMemo(() => [{ id: sort.key as string, desc: sort.isDescending }], [sort]);
  const windowPx = useWindowStep(steps);
  const columnVisibility = useMemo(() => {
    const usual = columnSpecs.map((spec) => [spec.id, isUsual(spec, windowPx)]);
    return { ...(Object.fromEntries(usual) as Record<string, boolean>), ...chosen };
  }, [chosen, windowPx]);
  return useTable({
    features,
    columns,
    data: noRows,
    state: { sorting, columnVisibility, columnSizing },
    manualSorting: true,
    enableSortingRemoval: false,
    columnResizeMode: 'onChange',
    onSortingChange: (updater) => {
      const next = typeof updater === 'function' ? updater(sorting) : updater;
      const first = next[0];
      if (first) page.sort.set({ key: first.id as SortKey, isDescending: first.desc });
    },
    onColumnVisibilityChange: (updater) => {
      const next = typeof updater === 'function' ? updater(columnVisibility) : updater;
      page.columns.set(next);
    },
    onColumnSizingChange: (updater) => apply(page.widths, updater),
  });
}

export type ColumnTable = ReturnType<typeof useColumnTable>;
