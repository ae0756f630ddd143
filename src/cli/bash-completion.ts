/**
 * The completion script for bash, 3.2 and later. Everything it can offer is written into it, so TAB
 * starts no process. Option names and words come from the program, and are quoted all the same.
 */
import { type CommandTree, flagsOf, type TreeOption, type TreeValue } from './command-tree.ts';

export function bashCompletion(tree: CommandTree): string {
  const { name } = tree;
  const own = { name: '', options: tree.options, argument: undefined };
  const commands = tree.commands.map((command) => ({
    name: command.name,
    options: command.options,
    argument: command.arguments[0],
  }));
  const all = [own, ...commands];
  const valueCases = all.flatMap((command) =>
    command.options.flatMap((option) => valueCase(command.name, option)),
  );
  const flagCases = all.map(
    (command) =>
      `    ${quote(command.name)}) _${name}_words ${quote(command.options.flatMap(flagsOf).join(' '))} ;;`,
  );
  const argumentCases = commands.flatMap(({ name: command, argument }) =>
    argument === undefined ? [] : [`    ${quote(command)}) ${offer(name, argument)} ;;`],
  );
  const skipped = tree.options.filter(({ value }) => value !== undefined).flatMap(flagsOf);
  const names = tree.commands.map((command) => command.name).join(' ');
  return `# Completion of ${name} for bash, printed by: ${name} completions bash

_${name}_words() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -W "$1" -- "$cur")
}

_${name}_paths() {
  local line typed=\${cur//\\\\/}
  typed=\${typed#[\\"\\']}
  compopt -o filenames 2>/dev/null
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$@" -- "$typed")
}

_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  local command= plain= at=1
  COMPREPLY=()
  while ((at < COMP_CWORD)); do
    case \${COMP_WORDS[at]} in
      --) plain=yes ;;
      ${skipped.map(quote).join('|')})
        [[ -n $command ]] || { ((at++)); [[ \${COMP_WORDS[at]} == = ]] && ((at++)); }
        ;;
      -*) ;;
      *) [[ -n $command ]] || command=\${COMP_WORDS[at]} ;;
    esac
    ((at++))
  done
  # bash takes --color=always apart at the sign.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $before == = ]]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  [[ -n $plain ]] || case $command:$before in
${valueCases.map((line) => line.replaceAll('@', name)).join('\n')}
  esac
  [[ $cur == -* && -z $plain ]] && case $command in
${flagCases.join('\n')}
  esac
  [[ $cur == -* && -z $plain ]] || case $command in
    '') _${name}_words ${quote(names)} ;;
${argumentCases.join('\n')}
  esac
}

complete -F _${name} ${name}
`;
}

/** `@` stands for the name of the program. */
function valueCase(command: string, option: TreeOption): string[] {
  if (option.value === undefined) return [];
  const patterns = flagsOf(option).map((flag) => quote(`${command}:${flag}`));
  return [`    ${patterns.join('|')}) ${offer('@', option.value)}; return ;;`];
}

function offer(program: string, { kind, words }: TreeValue): string {
  switch (kind) {
    case 'words':
      return `_${program}_words ${quote(words.join(' '))}`;
    case 'file':
      return `_${program}_paths -f`;
    case 'folder':
      return `_${program}_paths -d`;
    case 'torrent':
      return `_${program}_paths -f -X '!*.torrent'; _${program}_paths -d`;
    case 'text':
      return ':';
  }
}

/** One word of bash, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
