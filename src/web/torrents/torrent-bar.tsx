/** Above the table: to share and get; what can be done to the selected; what the table shows. */
import { DropdownMenu } from 'radix-ui';
import { useTorrents } from '../live/live-context.tsx';
import { Icon } from '../parts/icon.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { useObservable } from '../parts/observable.ts';
import { useIsPhone } from '../parts/use-media.ts';
import { showView } from '../router.ts';
import { usePage } from '../shell/page-state.tsx';
import { columnSpecs, isUsual } from './columns.tsx';
import { nothing } from './selection.ts';
import { DropdownEntries } from './torrent-menu.tsx';
import { useTorrentActions } from './use-torrent-actions.ts';

export function TorrentBar({ order }: { readonly order: readonly string[] }) {
  const page = usePage();
  const { hashes } = useObservable(page.selection);
  const isPhone = useIsPhone();
  const chosen = order.filter((hash) => hashes.has(hash));
  // On a phone there is room for one of the two.
  const isChoosing = chosen.length > 0;
  return (
    <div className="torrent-bar" role="toolbar" aria-label="Torrents">
      {!(isPhone && isChoosing) && <NewButtons />}
      <span className="bar-space" />
      {isChoosing && <ChosenButtons chosen={chosen} />}
      {!isPhone && <ColumnsMenu />}
    </div>
  );
}

function NewButtons() {
  const page = usePage();
  return (
    <>
      <button type="button" className="button small primary" onClick={() => page.openGet()}>
        <Icon name="plus" /> Get
      </button>
      <button type="button" className="button small" onClick={() => showView('share')}>
        <Icon name="share" /> Share
      </button>
    </>
  );
}

function ChosenButtons({ chosen }: { readonly chosen: readonly string[] }) {
  const page = usePage();
  const actions = useTorrentActions();
  const torrents = useTorrents();
  const isPhone = useIsPhone();
  const states = new Set(chosen.map((hash) => torrents.get(hash)?.state));
  const canStart = states.has('stopped') || states.has('error');
  const canStop = [...states].some((state) => state !== 'stopped');
  return (
    <>
      <span className="chosen-count">
        {chosen.length} selected
        <IconButton
          icon="close"
          label="Select nothing"
          shortcut="Esc"
          className="small"
          onClick={() => page.selection.set(nothing)}
        />
      </span>
      <IconButton
        icon="start"
        label="Start"
        shortcut="Space"
        className="small"
        disabled={!canStart}
        onClick={() => void actions.act('start', chosen)}
      />
      <IconButton
        icon="stop"
        label="Stop"
        shortcut="Space"
        className="small"
        disabled={!canStop}
        onClick={() => void actions.act('stop', chosen)}
      />
      <IconButton
        icon="trash"
        label="Remove"
        shortcut="Del"
        className="small"
        onClick={() => page.dialog.set({ kind: 'remove', hashes: chosen })}
      />
      {isPhone ? (
        <IconButton
          icon="more"
          label="More actions"
          className="small"
          onClick={() => page.dialog.set({ kind: 'actions', hashes: chosen })}
        />
      ) : (
        <MoreMenu hashes={chosen} />
      )}
    </>
  );
}

export function MoreMenu({ hashes }: { readonly hashes: readonly string[] }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="button plain small icon"
          aria-label="More actions"
          title="More actions"
        >
          <Icon name="more" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          <DropdownEntries hashes={hashes} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function ColumnsMenu() {
  const page = usePage();
  const isCompact = useObservable(page.isCompact);
  const chosen = useObservable(page.columns);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="button plain small icon"
          aria-label="Columns and density"
          title="Columns and density"
        >
          <Icon name="columns" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          <MenuCheck
            label="Compact rows"
            isOn={isCompact}
            onChange={(on) => page.isCompact.set(on)}
          />
          <DropdownMenu.Separator className="menu-line" />
          {columnSpecs
            .filter(({ id }) => id !== 'name')
            .map((spec) => (
              <MenuCheck
                key={spec.id}
                label={spec.label}
                isOn={chosen[spec.id] ?? isUsual(spec, innerWidth)}
                onChange={(on) => page.columns.update((old) => ({ ...old, [spec.id]: on }))}
              />
            ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuCheckProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function MenuCheck({ label, isOn, onChange }: MenuCheckProps) {
  return (
    <DropdownMenu.CheckboxItem
      className="menu-item"
      checked={isOn}
      onCheckedChange={onChange}
      // Stays open: who changes one column often changes another.
      onSelect={(event) => event.preventDefault()}
    >
      <span className="menu-mark">
        <DropdownMenu.ItemIndicator>
          <Icon name="check" />
        </DropdownMenu.ItemIndicator>
      </span>
      {label}
    </DropdownMenu.CheckboxItem>
  );
}
