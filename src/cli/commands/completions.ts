/** `shoal completions`: prints a script that lets a shell complete our command lines. */
import { Argument, type Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { oneOf } from '../option-values.ts';
import { writeOutput } from '../terminal.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export function addCompletions(program: Command): void {
  const command = defineCommand(program, {
    usage: 'completions',
    summary: 'print a completion script for your shell',
    description:
      'Prints a script for bash, zsh or fish that completes commands, options, their words and files at TAB. Print it again after an update.',
    group: 'This machine:',
    examples: [
      [
        'completions bash > ~/.local/share/bash-completion/completions/shoal',
        'for bash with the package bash-completion',
      ],
      ['completions bash >> ~/.bashrc', 'for bash without it'],
      [
        'completions zsh > ~/.zfunc/_shoal',
        'for zsh, with fpath+=~/.zfunc before compinit in ~/.zshrc',
      ],
      ['completions fish > ~/.config/fish/completions/shoal.fish', 'for fish'],
    ],
  });
  command.addArgument(new Argument('<shell>', 'bash, zsh or fish').argParser(oneOf(shells)));
  addCommonOptions(command);
  runCommand(command, async (terminal) => {
    const script = await scriptFor(command.processedArgs[0], program);
    terminal.object({ script });
    if (!terminal.json) await writeOutput(Buffer.from(script));
    return exitCodes.ok;
  });
}

async function scriptFor(shell: Shell, program: Command): Promise<string> {
  const { commandTree } = await import('../command-tree.ts');
  const tree = commandTree(program);
  switch (shell) {
    case 'bash':
      return (await import('../bash-completion.ts')).bashCompletion(tree);
    case 'zsh':
      return (await import('../zsh-completion.ts')).zshCompletion(tree);
    case 'fish':
      return (await import('../fish-completion.ts')).fishCompletion(tree);
  }
}
