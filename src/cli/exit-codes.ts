/**
 * What the exit status of `shoal` says, and which status an error code leads to. Scripts rely on both:
 * a number never changes its meaning.
 */
export const exitCodes = {
  ok: 0,
  other: 1,
  usage: 2,
  configuration: 3,
  badInput: 4,
  disk: 5,
  verificationFailed: 6,
  unfinished: 7,
  unreachable: 8,
  notAuthorised: 9,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The first prefix that fits decides; codes are upper snake case, or the operating system's `E…`. */
const byPrefix: readonly (readonly [prefix: string, exitCode: ExitCode])[] = [
  ['USAGE_', exitCodes.usage],
  ['CONFIG_', exitCodes.configuration],
  ['BENCODE_', exitCodes.badInput],
  ['METAINFO_', exitCodes.badInput],
  ['MAGNET_', exitCodes.badInput],
  ['CREATE_', exitCodes.badInput],
  ['EDIT_', exitCodes.badInput],
  ['SOURCE_UNREACHABLE', exitCodes.unreachable],
  ['SOURCE_', exitCodes.badInput],
  ['SELECT_', exitCodes.badInput],
  ['VERIFY_', exitCodes.verificationFailed],
  ['UNFINISHED_', exitCodes.unfinished],
  ['TRACKER_', exitCodes.unreachable],
  ['CATALOG_UNREACHABLE', exitCodes.unreachable],
  ['CATALOG_ABSENT', exitCodes.unreachable],
  ['CATALOG_TOKEN', exitCodes.notAuthorised],
  ['CATALOG_FORBIDDEN', exitCodes.notAuthorised],
  ['CATALOG_', exitCodes.badInput],
  ['TORRENT_', exitCodes.badInput],
  ['DAEMON_UNREACHABLE', exitCodes.unreachable],
  ['DAEMON_ABSENT', exitCodes.unreachable],
  ['DAEMON_SHUTTING_DOWN', exitCodes.unreachable],
  ['DAEMON_SOURCE_UNREACHABLE', exitCodes.unreachable],
  ['DAEMON_TRACKER_UNREACHABLE', exitCodes.unreachable],
  ['DAEMON_TOKEN', exitCodes.notAuthorised],
  ['DAEMON_FORBIDDEN', exitCodes.notAuthorised],
  ['DAEMON_TOO_MANY_REQUESTS', exitCodes.notAuthorised],
  ['DAEMON_DISK_', exitCodes.disk],
  ['DAEMON_INTERNAL', exitCodes.other],
  ['DAEMON_BAD_ANSWER', exitCodes.other],
  ['DAEMON_', exitCodes.badInput],
  ['DISK_', exitCodes.disk],
];

/** Operating-system errors that are about files rather than about the network. */
const diskErrors = new Set([
  'EACCES',
  'EBUSY',
  'EDQUOT',
  'EEXIST',
  'EFBIG',
  'EIO',
  'EISDIR',
  'ELOOP',
  'EMFILE',
  'ENAMETOOLONG',
  'ENFILE',
  'ENOENT',
  'ENOSPC',
  'ENOTDIR',
  'ENOTEMPTY',
  'EPERM',
  'EROFS',
  'EXDEV',
]);

export function exitCodeFor(code: string): ExitCode {
  if (diskErrors.has(code)) return exitCodes.disk;
  for (const [prefix, exitCode] of byPrefix) if (code.startsWith(prefix)) return exitCode;
  return exitCodes.other;
}
