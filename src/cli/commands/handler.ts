/** `shoal handler`: whether Shoal opens magnet links and .torrent files of this desktop. */
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { LinkHandler } from '../link-handler.ts';
import type { Terminal } from '../terminal.ts';

const group = 'This machine:';

export function addHandler(program: Command): void {
  const handler = defineCommand(program, {
    usage: 'handler',
    summary: 'open magnet links and .torrent files with Shoal',
    description:
      'Makes Shoal what opens magnet links and .torrent files on a Linux desktop: a click gives them to the running daemon, as shoal add does.',
    group,
    examples: [
      ['handler install', 'from now on'],
      ['handler status', 'what opens them now'],
      ['handler uninstall', 'no longer'],
    ],
  });
  handler.helpCommand(false);
  addStep(handler, 'install', 'open magnet links and .torrent files with Shoal', install);
  addStep(handler, 'uninstall', 'no longer open them with Shoal', uninstall);
  addStep(handler, 'status', 'say what opens them now', status);
  addCommonOptions(handler);
}

type Step = (terminal: Terminal, handler: LinkHandler) => ExitCode;

function addStep(handler: Command, name: string, summary: string, step: Step): void {
  const command = defineCommand(handler, {
    usage: name,
    summary,
    description: `For the user who runs it: ${summary}.`,
    group,
    examples: [[`handler ${name}`, summary]],
  });
  addCommonOptions(command);
  runCommand(command, async (terminal) => {
    requireDesktop();
    const { LinkHandler } = await import('../link-handler.ts');
    // With whole paths: a desktop does not know what a shell finds.
    const main = fileURLToPath(new URL(`../bin${import.meta.url.slice(-3)}`, import.meta.url));
    return step(terminal, new LinkHandler([process.execPath, main]));
  });
}

function requireDesktop(): void {
  const words: Readonly<Record<string, string>> = {
    darwin:
      'on macOS an application has to be made for it: in Automator make an application that runs "shoal add -- $1" with its input as arguments, then choose it in the Finder under Open with.',
    win32:
      'on Windows choose it by hand: Settings, Apps, Default apps, and give it the command shoal add -- "%1".',
  };
  const how = words[process.platform];
  if (how !== undefined) throw new CliError('HANDLER_UNSUPPORTED', how);
}

function install(terminal: Terminal, handler: LinkHandler): ExitCode {
  const { isDefault } = handler.install();
  terminal.object({ event: 'installed', path: handler.path, isDefault });
  terminal.field('installed', handler.path);
  if (!isDefault) {
    terminal.note(
      '  xdg-mime is not here or refused, so nothing was made the default. Choose Shoal in the settings of your desktop.',
    );
  }
  return exitCodes.ok;
}

function uninstall(terminal: Terminal, handler: LinkHandler): ExitCode {
  const wasThere = handler.uninstall();
  terminal.object({ event: 'uninstalled', path: handler.path, wasThere });
  terminal.field('removed', wasThere ? handler.path : 'nothing; it was not installed');
  return exitCodes.ok;
}

function status(terminal: Terminal, handler: LinkHandler): ExitCode {
  const found = handler.status();
  terminal.object(found);
  const state = found.current ? 'yes' : 'yes, but for another installation; install it again';
  terminal.field('installed', found.installed ? state : 'no');
  for (const [type, opener] of Object.entries(found.defaults)) {
    terminal.line(`  ${type.padEnd(26)}${opener ?? 'nothing, as far as xdg-mime tells'}`);
  }
  return exitCodes.ok;
}
