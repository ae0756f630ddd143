/**
 * The completion script for zsh: a function for the `fpath`, which also works when it is sourced.
 * The grammar is that of `_arguments`: brackets and colons of our texts are escaped for it, and the
 * whole is quoted for the shell.
 */
import {
  type CommandTree,
  flagsOf,
  type TreeArgument,
  type TreeCommand,
  type TreeOption,
  type TreeValue,
} from './command-tree.ts';

export function zshCompletion(tree: CommandTree): string {
  const { name, commands } = tree;
  const listed = commands.map(
    (command) => `        ${quote(`${escapeColons(command.name)}:${command.summary}`)}`,
  );
  return `#compdef ${name}
# Completion of ${name} for zsh, printed by: ${name} completions zsh

_${name}() {
  local curcontext="$curcontext" context state state_descr ret=1
  local -a line commands
  typeset -A opt_args
  _arguments -s -S -C \\
${specs(tree.options, [])}
    '1: :->command' \\
    '*::: :->rest' && ret=0
  case $state in
    command)
      commands=(
${listed.join('\n')}
      )
      _describe -t commands ${quote(`${name} command`)} commands && ret=0
      ;;
    rest)
      words=("$line[1]" "\${words[@]}")
      (( CURRENT += 1 ))
      curcontext="\${curcontext%:*:*}:${name}-$line[1]:"
      case $line[1] in
${commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
  return ret
}

if [[ $funcstack[1] == _${name} ]]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
}

function commandCase(command: TreeCommand): string {
  const lines = specs(command.options, command.arguments).replace(/ \\$/, ' && ret=0');
  return `        ${command.name})
          _arguments -s -S \\
${lines.replaceAll(/^ {4}/gm, ' '.repeat(12))}
          ;;`;
}

/** One line each, all of them continued. */
function specs(options: readonly TreeOption[], values: readonly TreeArgument[]): string {
  const lines = [
    ...options.map(optionSpec),
    ...values.map((value, index) => quote(`${place(value, index)}${valueSpec(value)}`)),
  ];
  return lines.map((line) => `    ${line} \\`).join('\n');
}

function optionSpec(option: TreeOption): string {
  const flags = flagsOf(option);
  const value = option.value === undefined ? '' : valueSpec(option.value);
  const said = `[${option.description.replaceAll(/[\\[\]]/g, '\\$&')}]${value}`;
  const before = option.repeated ? '*' : flags.length > 1 ? `(${flags.join(' ')})` : '';
  // A long option takes its value behind = too.
  const spelled = flags.map((flag) =>
    option.value !== undefined && flag.startsWith('--') ? `${flag}=` : flag,
  );
  return spelled.map((flag) => quote(`${before}${flag}${said}`)).join(' \\\n    ');
}

function place({ variadic, required }: TreeArgument, index: number): string {
  if (variadic) return '*';
  return required ? `${index + 1}` : `${index + 1}:`;
}

function valueSpec(value: TreeValue): string {
  return `:${escapeColons(value.name)}:${action(value)}`;
}

function action({ kind, words }: TreeValue): string {
  switch (kind) {
    case 'words':
      return `(${words.join(' ')})`;
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'torrent':
      return '_files -g "*.torrent"';
    case 'text':
      return ' ';
  }
}

function escapeColons(text: string): string {
  return text.replaceAll(/[\\:]/g, '\\$&');
}

/** One word of zsh, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
