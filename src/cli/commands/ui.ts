/** `shoal ui`: where the daemon's page is, with what logs a browser in. */
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { daemonCommand } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addUi(program: Command): void {
  daemonCommand<{ readonly open?: boolean }>(program, {
    usage: 'ui',
    summary: "print or open the address of the daemon's page",
    description:
      "Prints the address of the running daemon's page with its token, which logs a browser in. Whoever has that address can use the daemon: do not hand it on. Exit status 8 when no daemon answers.",
    examples: [
      ['ui', 'print it'],
      ['ui --open', 'show it in the browser'],
    ],
    options: (command) => void command.option('--open', 'show it in the browser'),
    work: async ({ terminal, client, flags, token }) => {
      await client.session();
      const url = `${client.baseUrl}/`;
      const pageUrl = token === undefined ? url : `${url}#token=${token}`;
      terminal.object({ url, pageUrl });
      terminal.line(pageUrl);
      if (flags.open !== true) return exitCodes.ok;
      const { openUrl } = await import('../open-url.ts');
      if (await openUrl(pageUrl)) return exitCodes.ok;
      throw new CliError(
        'UI_NO_BROWSER',
        'no browser could be started here. Open the address above by hand.',
      );
    },
  });
}
