/** `shoal menu`: everything a person does with torrents, by choosing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { presentError } from '../cli-error.ts';
import type { Interrupt } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { Asker, BackToMenu, type Choice, LeaveMenu } from './ask.ts';
import { browseAndDownload, whoHasIt } from './menu-catalog.ts';
import { type MenuDaemon, type MenuFlags, openMenuDaemon } from './menu-daemon.ts';
import { showSeeding } from './menu-seeding.ts';
import { shareSomething } from './menu-share.ts';
import { showTrackerAddress, showTrackerStatistics } from './menu-tracker.ts';

export interface MenuContext extends MenuDaemon {
  readonly asker: Asker;
  readonly terminal: Terminal;
}

type Item = 'share' | 'browse' | 'who' | 'active' | 'seeding' | 'address' | 'statistics' | 'quit';

const items: readonly Choice<Item>[] = [
  { value: 'share', label: 'Share a file', hint: 'or a folder' },
  { value: 'browse', label: 'Browse and download' },
  { value: 'who', label: 'Who has it' },
  { value: 'active', label: 'Active transfers', hint: 'live' },
  { value: 'seeding', label: 'View what I am seeding' },
  { value: 'address', label: 'Tracker address' },
  { value: 'statistics', label: 'Tracker statistics' },
  { value: 'quit', label: 'Quit' },
];

/** Until Quit, Ctrl-C or a signal; then what runs only for the menu has said goodbye. */
export async function runMenu(
  terminal: Terminal,
  interrupt: Interrupt,
  flags: MenuFlags,
): Promise<void> {
  const asker = new Asker(interrupt.signal);
  let daemon: MenuDaemon | undefined;
  try {
    asker.begin('Shoal');
    daemon = await openMenuDaemon(asker, flags);
    const context = { ...daemon, asker, terminal };
    for (;;) {
      const item = await asker.choose('What do you want to do?', items).catch(stayOnEscape);
      if (item === 'quit') break;
      if (item !== undefined) await doItem(item, context);
    }
  } catch (error) {
    if (!(error instanceof LeaveMenu) && !interrupt.signal.aborted) throw error;
  } finally {
    await daemon?.close();
    asker.dispose();
  }
  asker.end('Goodbye.');
}

/** In the menu itself there is nothing to go back to. */
function stayOnEscape(error: unknown): undefined {
  if (!(error instanceof BackToMenu)) throw error;
  return undefined;
}

async function doItem(item: Exclude<Item, 'quit'>, context: MenuContext): Promise<void> {
  const { asker } = context;
  try {
    await actions[item](context);
  } catch (error) {
    if (error instanceof BackToMenu) return;
    if (error instanceof LeaveMenu || asker.signal.aborted) throw error;
    asker.trouble(presentError(error).message);
  }
}

const actions: Readonly<Record<Exclude<Item, 'quit'>, (context: MenuContext) => Promise<void>>> = {
  share: shareSomething,
  browse: browseAndDownload,
  who: whoHasIt,
  active: showActive,
  seeding: showSeeding,
  address: showTrackerAddress,
  statistics: showTrackerStatistics,
};

async function showActive({ client, terminal, asker }: MenuContext): Promise<void> {
  const { runTop } = await import('../top/top.ts');
  const { stdin: input, stdout: output } = process;
  const ending = await runTop({
    client,
    style: terminal.style,
    input,
    output,
    signal: asker.signal,
  });
  if (ending === 'interrupt') throw new LeaveMenu();
  // Lets the terminal come back from the other screen before the menu is drawn.
  await sleep(0);
}
