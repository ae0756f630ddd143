/** The head of the table: sorts by a click, and is as wide as its edges are dragged. */
import { usePicked } from '../parts/observable.ts';
import { usePage } from '../shell/page-state.tsx';
import { specOf } from './columns.tsx';
import { nothing, selectAll } from './selection.ts';
import type { ColumnTable } from './use-column-table.ts';

interface TableHeadProps {
  readonly table: ColumnTable;
  readonly order: readonly string[];
}

export function TableHead({ table, order }: TableHeadProps) {
  return (
    <div className="row head" role="row" aria-rowindex={1}>
      <span className="tick-cell" role="columnheader">
        <SelectAll order={order} />
      </span>
      {table.getHeaderGroups()[0]?.headers.map((header) => {
        const { column } = header;
        const spec = specOf.get(column.id);
        const sorted = column.getIsSorted();
        const words = sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined;
        return (
          <span
            key={header.id}
            role="columnheader"
            aria-sort={words ?? 'none'}
            className={spec?.isNumber ? 'cell number' : 'cell'}
          >
            <button
              type="button"
              className={sorted ? 'sort sorted' : 'sort'}
              onClick={column.getToggleSortingHandler()}
            >
              <span className="cut">{spec?.label}</span>
              {sorted && <span aria-hidden="true">{sorted === 'asc' ? '↑' : '↓'}</span>}
            </button>
            <span
              className="resize"
              aria-hidden="true"
              onMouseDown={header.getResizeHandler()}
              onTouchStart={header.getResizeHandler()}
              onDoubleClick={() => column.resetSize()}
            />
          </span>
        );
      })}
    </div>
  );
}

function SelectAll({ order }: { readonly order: readonly string[] }) {
  const page = usePage();
  const count = usePicked(page.selection, ({ hashes }) => hashes.size);
  const isAll = order.length > 0 && count === order.length;
  return (
    <input
      type="checkbox"
      aria-label="Select all"
      checked={isAll}
      ref={(box) => {
        if (box !== null) box.indeterminate = count > 0 && !isAll;
      }}
      onChange={() =>
        page.selection.update((selection) => (isAll ? nothing : selectAll(selection, order)))
      }
    />
  );
}
