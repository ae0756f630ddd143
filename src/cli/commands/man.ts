/** `shoal man`: prints the manual page. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { writeOutput } from '../terminal.ts';

export function addMan(program: Command): void {
  const command = defineCommand(program, {
    usage: 'man',
    summary: 'print the manual page',
    description:
      'Prints the manual page of shoal in roff, the format of man: every command and option, environment, files and exit status.',
    group: 'This machine:',
    examples: [
      ['man | man -l -', 'read it'],
      ['man > ~/.local/share/man/man1/shoal.1', 'keep it where man finds it'],
    ],
  });
  addCommonOptions(command);
  runCommand(command, async (terminal) => {
    const { commandTree } = await import('../command-tree.ts');
    const { manPage } = await import('../man-page.ts');
    const page = manPage(commandTree(program));
    terminal.object({ page });
    if (!terminal.json) await writeOutput(Buffer.from(page));
    return exitCodes.ok;
  });
}
