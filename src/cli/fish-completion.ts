/**
 * The completion script for fish, 3.1 and later: a line for each command and option, on the condition
 * that the command is the first word that is no option.
 */
import {
  type CommandTree,
  flagsOf,
  type TreeArgument,
  type TreeCommand,
  type TreeOption,
  type TreeValue,
} from './command-tree.ts';

export function fishCompletion(tree: CommandTree): string {
  const { name, commands } = tree;
  const skipped = tree.options.filter(({ value }) => value !== undefined).flatMap(flagsOf);
  const lines = [
    ...tree.options.map((option) => optionLine(name, '', option)),
    ...commands.map(
      ({ name: command, summary }) =>
        `complete -c ${name} ${condition(name, '')} -a ${quote(command)} -d ${quote(summary)}`,
    ),
    ...commands.flatMap((command) => commandLines(name, command)),
  ];
  return `# Completion of ${name} for fish, printed by: ${name} completions fish

function __${name}_command_is
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case ${skipped.map(quote).join(' ')}
                set -e words[1]
            case '-*'
            case '*'
                test "$words[1]" = "$argv[1]"
                return
        end
        set -e words[1]
    end
    test -z "$argv[1]"
end

complete -c ${name} -f
${lines.join('\n')}
`;
}

function commandLines(program: string, command: TreeCommand): string[] {
  const options = command.options.map((option) => optionLine(program, command.name, option));
  const offers = command.arguments.map(argumentOffer).filter((offer) => offer !== '');
  const start = `complete -c ${program} ${condition(program, command.name)}`;
  return [...options, ...offers.map((offer) => `${start} ${offer}`)];
}

function optionLine(program: string, command: string, option: TreeOption): string {
  const { short, long, value, description } = option;
  const parts = [`complete -c ${program} ${condition(program, command)}`];
  if (short !== undefined) parts.push(`-s ${quote(short.slice(1))}`);
  if (long !== undefined) parts.push(`-l ${quote(long.slice(2))}`);
  if (value !== undefined) parts.push(optionOffer(value));
  parts.push(`-d ${quote(description)}`);
  return parts.join(' ');
}

const torrents = `-k -a '(__fish_complete_suffix .torrent)'`;
const folders = `-a '(__fish_complete_directories (commandline -ct))'`;

function optionOffer({ kind, words }: TreeValue): string {
  switch (kind) {
    case 'words':
      return `-x -a ${quote(words.join(' '))}`;
    case 'file':
      return '-r -F';
    case 'folder':
      return `-x ${folders}`;
    case 'torrent':
      return `-x ${torrents}`;
    case 'text':
      return '-x';
  }
}

function argumentOffer({ kind, words }: TreeArgument): string {
  switch (kind) {
    case 'words':
      return `-a ${quote(words.join(' '))}`;
    case 'file':
      return '-F';
    case 'folder':
      return folders;
    case 'torrent':
      return torrents;
    case 'text':
      return '';
  }
}

function condition(program: string, command: string): string {
  return `-n ${quote(`__${program}_command_is ${quote(command)}`)}`;
}

/** One word of fish, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
