/**
 * The desktop entry that opens magnet links and .torrent files with `shoal add`, as the Desktop Entry
 * Specification of freedesktop.org writes it. Pure.
 */

export const desktopFileName = 'shoal-add.desktop';
export const handledTypes = ['x-scheme-handler/magnet', 'application/x-bittorrent'] as const;

/** `command` are program and arguments, as they are; what is opened follows them. */
export function desktopEntry(command: readonly string[]): string {
  // Behind -- a link that begins with a dash is a link.
  const exec = [...command.map(execArgument), 'add', '--', '%u'].join(' ');
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Shoal',
    'GenericName=BitTorrent client',
    'Comment=Give a torrent to the daemon of Shoal',
    `Exec=${stringValue(exec)}`,
    'Terminal=false',
    'NoDisplay=true',
    'Categories=Network;FileTransfer;P2P;',
    `MimeType=${handledTypes.join(';')};`,
    '',
  ].join('\n');
}

/** In quotes, with what a quoted argument reserves behind a backslash; %% is a percent sign. */
function execArgument(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text.replaceAll('%', '%%');
  return `"${text.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;
}

/** The file's own escapes, which are undone before those of the command. */
function stringValue(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}

/** `text` of a mimeapps.list without any mention of our entry; sections that hold nothing else stay. */
export function withoutHandler(text: string): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const match = /^([^#=[]+)=(.*)$/.exec(line);
      if (match === null || !line.includes(desktopFileName)) return [line];
      const others = match[2]!.split(';').filter((name) => name !== '' && name !== desktopFileName);
      return others.length === 0 ? [] : [`${match[1]}=${others.join(';')};`];
    })
    .join('\n');
}
