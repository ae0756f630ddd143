/** `shoal config`: where settings are kept, which hold, and changing one. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { visibleText } from '../visible-text.ts';

const group = 'Settings:';

interface GetOptions {
  readonly showSecrets?: boolean;
}

export function addConfig(program: Command): void {
  const config = defineCommand(program, {
    usage: 'config',
    summary: 'settings that hold unless a flag says otherwise',
    description:
      'Any flag of any command can be kept in a file, as "port = 6881" for every command that has it, or below "[tracker]" for that one. A flag wins over the environment, the environment over the file. --no-NAME takes back a switch that the file sets.',
    group,
    examples: [
      ['config set seed.up 2MiB', 'share slowly from now on'],
      ['config get', 'what is set, and where'],
      ['config path', 'the file, to edit it'],
    ],
  });
  config.helpCommand(false);
  addPath(config);
  addGet(program, config);
  addSet(program, config);
  addUnset(program, config);
  addCommonOptions(config);
}

function addPath(config: Command): void {
  const command = defineCommand(config, {
    usage: 'path',
    summary: 'print where the file of settings is',
    description: 'Prints the path of the file of settings, also when there is no such file yet.',
    group,
    examples: [['config path', 'the file in use']],
  });
  addCommonOptions(command);
  runCommand(command, async (terminal) => {
    const path = await requirePath(command);
    const exists = existsSync(path);
    terminal.object({ path, exists });
    terminal.line(visibleText(path));
    if (!exists) terminal.note('There is no such file yet; shoal config set makes it.');
    return exitCodes.ok;
  });
}

function addGet(program: Command, config: Command): void {
  const command = defineCommand(config, {
    usage: 'get [key]',
    summary: 'print what file and environment set',
    description:
      'Prints every setting that the file or the environment gives, with where it comes from; or the value of one. Tokens, and passwords and keys within URLs, are shown as ****.',
    group,
    examples: [
      ['config get', 'all that is set'],
      ['config get tracker.port', 'what the tracker gets when no --port is given'],
    ],
  });
  command.option('--show-secrets', 'print tokens and passwords too');
  addCommonOptions(command);
  runCommand<GetOptions>(command, async (terminal, options, [name]) => {
    const { printSetting, printSettings } = await import('../config/print-settings.ts');
    const shown = { program, command, terminal, showSecrets: options.showSecrets === true };
    if (name === undefined) await printSettings(shown);
    else await printSetting(shown, name);
    return exitCodes.ok;
  });
}

function addSet(program: Command, config: Command): void {
  const command = defineCommand(config, {
    usage: 'set <key> <value...>',
    summary: 'write a setting into the file',
    description:
      'Checks the value as the flag would, then changes that line of the file, or adds it; comments and other lines stay. KEY is the name of a flag, for every command that has it, or COMMAND.FLAG. Several values make a list, for flags that may be repeated.',
    group,
    examples: [
      ['config set tracker.port 7000', 'for shoal tracker'],
      ['config set port 0', 'for every command that has a port'],
      ['config set get.exit true', 'leave when complete'],
    ],
  });
  addCommonOptions(command);
  runCommand(command, async (terminal, _options, [name = '', ...words]) => {
    const { setSetting } = await import('../config/change-settings.ts');
    await setSetting({ program, terminal, path: await requirePath(command) }, name, words);
    return exitCodes.ok;
  });
}

function addUnset(program: Command, config: Command): void {
  const command = defineCommand(config, {
    usage: 'unset <key>',
    summary: 'remove a setting from the file',
    description: 'Removes its line from the file of settings; comments and other lines stay.',
    group,
    examples: [['config unset tracker.port', 'back to the default']],
  });
  addCommonOptions(command);
  runCommand(command, async (terminal, _options, [name = '']) => {
    const { unsetSetting } = await import('../config/change-settings.ts');
    await unsetSetting({ program, terminal, path: await requirePath(command) }, name);
    return exitCodes.ok;
  });
}

async function requirePath(command: Command): Promise<string> {
  const { configPlace } = await import('../config/config-place.ts');
  const { path } = configPlace(command);
  if (path !== undefined) return path;
  throw new CliError(
    'CONFIG_NO_FILE',
    'no file of settings is in use: --config or SHOAL_CONFIG is empty, or this system knows no home folder. Name one with --config.',
  );
}
