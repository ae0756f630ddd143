/** `shoal top`: the daemon's torrents as they move, in the whole window. */
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { daemonCommand } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';
import { catchInterrupt } from '../interrupt.ts';

export function addTop(program: Command): void {
  daemonCommand(program, {
    usage: 'top',
    summary: "watch the daemon's torrents as they move",
    description:
      'Shows the torrents in the whole window until q. Arrows choose, enter shows one, space stops and starts it, d removes it after a question, s sorts by the next column, / filters. With --json it prints what changed, a line a second.',
    examples: [
      ['top', 'until q'],
      ['top --json', 'changes, for a program'],
    ],
    work: async ({ terminal, client }) => {
      const interrupt = catchInterrupt();
      const { signal } = interrupt;
      try {
        if (terminal.json) {
          for await (const { event, data } of client.events({}, signal)) {
            terminal.object({ event, ...data });
          }
        } else {
          requireTerminal();
          const { runTop } = await import('../top/top.ts');
          const { stdin: input, stdout: output } = process;
          await runTop({ client, style: terminal.style, input, output, signal });
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        interrupt.dispose();
      }
      return exitCodes.ok;
    },
  });
}

function requireTerminal(): void {
  if (process.stdin.isTTY === true && process.stdout.isTTY === true) return;
  throw new CliError(
    'USAGE_NO_TERMINAL',
    'top needs a terminal. For a list there is shoal ls, for a program shoal top --json.',
  );
}
