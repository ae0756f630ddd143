/** The entries of the selected torrents: as context menu, as menu of a button, as list of a sheet. */
import { ContextMenu, DropdownMenu } from 'radix-ui';
import { Icon } from '../parts/icon.tsx';
import { useObservable } from '../parts/observable.ts';
import { usePage } from '../shell/page-state.tsx';
import { type MenuEntry, type MenuItem, useTorrentEntries } from './torrent-entries.ts';

type MenuParts = Pick<
  typeof ContextMenu,
  | 'Item'
  | 'CheckboxItem'
  | 'ItemIndicator'
  | 'Separator'
  | 'Sub'
  | 'SubTrigger'
  | 'SubContent'
  | 'Portal'
>;

function useChosen(): readonly string[] {
  const { hashes } = useObservable(usePage().selection);
  return [...hashes];
}

export function ContextEntries() {
  return <Entries parts={ContextMenu} entries={useTorrentEntries(useChosen())} />;
}

export function DropdownEntries({ hashes }: { readonly hashes: readonly string[] }) {
  return <Entries parts={DropdownMenu} entries={useTorrentEntries(hashes)} />;
}

function Entries({ parts, entries }: { parts: MenuParts; entries: readonly MenuEntry[] }) {
  return entries.map((entry) => <Entry key={entry.label} parts={parts} entry={entry} />);
}

function Entry({ parts, entry }: { parts: MenuParts; entry: MenuEntry }) {
  switch (entry.kind) {
    case 'line':
      return <parts.Separator className="menu-line" />;
    case 'item':
      return <Item parts={parts} item={entry} />;
    case 'check':
      return (
        <parts.CheckboxItem className="menu-item" checked={entry.isOn} onSelect={entry.run}>
          <span className="menu-mark">
            <parts.ItemIndicator>
              <Icon name="check" />
            </parts.ItemIndicator>
          </span>
          {entry.label}
        </parts.CheckboxItem>
      );
    case 'sub':
      return (
        <parts.Sub>
          <parts.SubTrigger className="menu-item">
            <span className="menu-mark" />
            {entry.label}
            <kbd>
              <Icon name="unfold" />
            </kbd>
          </parts.SubTrigger>
          <parts.Portal>
            <parts.SubContent className="menu" collisionPadding={8}>
              <Entries parts={parts} entries={entry.entries} />
            </parts.SubContent>
          </parts.Portal>
        </parts.Sub>
      );
  }
}

function Item({ parts, item }: { parts: MenuParts; item: MenuItem }) {
  return (
    <parts.Item className={item.isDanger ? 'menu-item trouble' : 'menu-item'} onSelect={item.run}>
      <span className="menu-mark">{item.icon && <Icon name={item.icon} />}</span>
      {item.label}
      {item.keys && <kbd>{item.keys}</kbd>}
    </parts.Item>
  );
}

interface SheetEntriesProps {
  readonly hashes: readonly string[];
  readonly onDone: () => void;
}

/** With what a menu folds away laid open: a sheet has the room. */
export function SheetEntries({ hashes, onDone }: SheetEntriesProps) {
  const entries = useTorrentEntries(hashes).flatMap((entry) =>
    entry.kind === 'sub'
      ? entry.entries.map((one) => ({
          ...one,
          label: `${entry.label}: ${one.label.toLowerCase()}`,
        }))
      : entry,
  );
  return (
    <ul className="sheet-entries">
      {entries.map((entry) =>
        entry.kind === 'line' ? (
          <li key={entry.label} className="menu-line" />
        ) : (
          <li key={entry.label}>
            <button
              type="button"
              className={
                entry.kind === 'item' && entry.isDanger ? 'menu-item trouble' : 'menu-item'
              }
              onClick={() => {
                // Closed first: what is run may open a dialog.
                onDone();
                entry.run();
              }}
            >
              <span className="menu-mark">
                {entry.kind === 'item' && entry.icon && <Icon name={entry.icon} />}
                {entry.kind === 'check' && entry.isOn && <Icon name="check" />}
              </span>
              {entry.label}
            </button>
          </li>
        ),
      )}
    </ul>
  );
}
