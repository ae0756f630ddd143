/** The rows in sight, and no others: ten thousand torrents cost what fits on the screen. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type RefObject, useEffect } from 'react';
import { usePicked } from '../parts/observable.ts';
import { usePage } from '../shell/page-state.tsx';
import type { ColumnSpec } from './columns.tsx';
import { TableRow } from './table-row.tsx';

interface TableRowsProps {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly order: readonly string[];
  readonly height: number;
  readonly specs: readonly ColumnSpec[];
  readonly isPhone: boolean;
}

export const TableRows = memo(function TableRows(props: TableRowsProps) {
  const { scroller, order, height, specs, isPhone } = props;
  const page = usePage();
  const virtual = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => order[index] ?? index,
    overscan: 6,
    // Rows may come a frame late when somebody scrolls fast; scrolling itself never waits for them.
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when the height is another
  useEffect(() => virtual.measure(), [virtual, height]);
  const cursor = usePicked(page.selection, (selection) => selection.cursor);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a row that sorting moves away is not followed
  useEffect(() => {
    const index = cursor === undefined ? -1 : order.indexOf(cursor);
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
  }, [cursor, virtual]);
  return (
    <div className="rows" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ key, index, start }) => (
        <TableRow
          key={key as string}
          hash={order[index] as string}
          index={index}
          start={start}
          height={height}
          specs={specs}
          isPhone={isPhone}
          order={order}
        />
      ))}
    </div>
  );
});
