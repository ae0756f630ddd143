/**
 * Which rows are selected, and which one the keyboard stands on. `order` is what is shown, from top to
 * bottom; what is selected and not shown stays out of every action.
 */
export interface Selection {
  readonly hashes: ReadonlySet<string>;
  /** Where a range begins. */
  readonly anchor: string | undefined;
  /** Where the keyboard is. */
  readonly cursor: string | undefined;
}

export const nothing: Selection = { hashes: new Set(), anchor: undefined, cursor: undefined };

type Order = readonly string[];

export function selectOne(hash: string): Selection {
  return { hashes: new Set([hash]), anchor: hash, cursor: hash };
}

export function toggleOne(selection: Selection, hash: string): Selection {
  const hashes = new Set(selection.hashes);
  if (!hashes.delete(hash)) hashes.add(hash);
  return { hashes, anchor: hash, cursor: hash };
}

/** From the anchor to this row, and nothing else. */
export function selectTo(selection: Selection, hash: string, order: Order): Selection {
  const from = selection.anchor === undefined ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(hash);
  if (from < 0 || to < 0) return selectOne(hash);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { hashes: new Set(range), anchor: selection.anchor, cursor: hash };
}

export function selectAll(selection: Selection, order: Order): Selection {
  return { ...selection, hashes: new Set(order) };
}

/** Moves the cursor by some rows, at most to the ends; `extend` keeps the anchor. */
export function moveCursor(
  selection: Selection,
  order: Order,
  steps: number,
  extend: boolean,
): Selection {
  if (order.length === 0) return nothing;
  const at = selection.cursor === undefined ? -1 : order.indexOf(selection.cursor);
  const start = at >= 0 ? at + steps : steps > 0 ? 0 : order.length - 1;
  const target = order[Math.min(order.length - 1, Math.max(0, start))] as string;
  return extend ? selectTo(selection, target, order) : selectOne(target);
}

/** Without what is gone; the same object when all is there. */
export function keepShown(selection: Selection, order: Order): Selection {
  if (selection.hashes.size === 0 && selection.cursor === undefined) return selection;
  const shown = new Set(order);
  const isShown = (hash: string | undefined) => hash === undefined || shown.has(hash);
  const hashes = [...selection.hashes].filter((hash) => shown.has(hash));
  const { anchor, cursor } = selection;
  if (hashes.length === selection.hashes.size && isShown(anchor) && isShown(cursor))
    return selection;
  return {
    hashes: new Set(hashes),
    anchor: isShown(anchor) ? anchor : undefined,
    cursor: isShown(cursor) ? cursor : undefined,
  };
}
