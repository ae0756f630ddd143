/**
 * What goes wrong, as a person and a script see it: one line that names the thing, the cause and the
 * way out, a stable code, and the exit status that belongs to the code.
 */
import { type ExitCode, exitCodeFor, exitCodes } from './exit-codes.ts';
import { visibleText } from './visible-text.ts';

/** Raised by commands for what only the command line knows: its flags and arguments. */
export class CliError extends Error {
  override readonly name = 'CliError';
  /** Stable, upper snake case. */
  readonly code: string;
  /** A line each, below the message, where there is more than one thing to say. */
  readonly details: readonly string[];

  constructor(code: string, message: string, details: readonly string[] = []) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export interface PresentedError {
  readonly code: string;
  readonly message: string;
  /** Absent when the message says it all. */
  readonly details?: readonly string[];
  readonly exitCode: ExitCode;
}

export function presentError(error: unknown): PresentedError {
  if (!(error instanceof Error)) return presentBug(String(error));
  if (error.name === 'AbortError') {
    return { code: 'INTERRUPTED', message: 'interrupted.', exitCode: exitCodes.interrupted };
  }
  const code = codeOf(error);
  if (code === undefined) return presentBug(error.stack ?? error.message);
  if (code.startsWith('commander.')) return presentUsage(code, error.message);
  const message = isSystemError(error) ? describeSystemError(error) : error.message;
  // EACCES of a port is no trouble with a disk.
  const exitCode = error.name === 'ListenError' ? exitCodes.other : exitCodeFor(code);
  const presented = { code, message: visibleText(asSentence(message)), exitCode };
  const details = error instanceof CliError ? error.details.map(visibleText) : [];
  return details.length === 0 ? presented : { ...presented, details };
}

/** The form of an error under `--json`. */
export function errorObject({ code, message, details }: PresentedError): {
  code: string;
  message: string;
  details?: readonly string[];
} {
  return details === undefined ? { code, message } : { code, message, details };
}

function codeOf(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
}

function isSystemError(error: Error): error is SystemError {
  return 'syscall' in error && typeof error.syscall === 'string';
}

const causes: Readonly<Record<string, string>> = {
  EACCES: 'permission denied. Choose a place you may write to, or change its permissions',
  EADDRINUSE: 'another program uses the port. Choose another with --port, or 0 for any',
  EDQUOT: 'your disk quota is used up. Free some space',
  EEXIST: 'it exists already',
  EIO: 'the disk reports an error. Look at the system log',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go in a circle',
  EMFILE: 'too many files are open. Raise the limit with ulimit -n',
  ENAMETOOLONG: 'the name is too long for this file system',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full. Free some space',
  ENOTDIR: 'a part of the path is not a folder',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only. Choose another place',
};

function describeSystemError(error: SystemError): string {
  const cause = causes[error.code] ?? error.message;
  return error.path === undefined ? cause : `${error.path}: ${cause}`;
}

const usageCodes: Readonly<Record<string, string>> = {
  'commander.unknownOption': 'USAGE_UNKNOWN_OPTION',
  'commander.unknownCommand': 'USAGE_UNKNOWN_COMMAND',
  'commander.invalidArgument': 'USAGE_BAD_VALUE',
  'commander.missingArgument': 'USAGE_MISSING_ARGUMENT',
  'commander.optionMissingArgument': 'USAGE_MISSING_VALUE',
  'commander.excessArguments': 'USAGE_TOO_MANY_ARGUMENTS',
  'commander.conflictingOption': 'USAGE_CONFLICT',
};

function presentUsage(commanderCode: string, commanderMessage: string): PresentedError {
  const code = usageCodes[commanderCode] ?? 'USAGE';
  const message = commanderMessage
    .replace(/^error: /, '')
    .replace(/^command-argument value ('.*') is invalid for argument '(.*?)'/, '$1 is no $2')
    .replace(/\n\(Did you mean one of (.*)\?\)$/, '. Did you mean one of $1?')
    .replace(/\n\(Did you mean (.*)\?\)$/, '. Did you mean $1?');
  // A value that came from the environment is configuration rather than a mistyped command.
  const fromEnvironment = message.includes(' from env ');
  const exitCode = fromEnvironment ? exitCodes.configuration : exitCodes.usage;
  const hint =
    code === 'USAGE_UNKNOWN_OPTION' && !message.endsWith('?')
      ? ' A name that begins with - goes behind --.'
      : '';
  return { code, message: visibleText(asSentence(message)) + hint, exitCode };
}

function presentBug(details: string): PresentedError {
  const message = `this is a fault in shoal itself, please report it: ${details}`;
  return { code: 'INTERNAL', message, exitCode: exitCodes.other };
}

function asSentence(message: string): string {
  return /[.?:)]$/.test(message) ? message : `${message}.`;
}
