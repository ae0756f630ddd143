/** What a tracker tells its operator while it runs: a few lines about causes, never one a request. */
import { pino } from 'pino';

export interface TrackerLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const silentLog: TrackerLog = { info() {}, warn() {}, error() {} };

export const logLevels = ['info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One JSON object a line on standard error, or a plain line to `say`, for a person who looks on. */
export function openLog(level: LogLevel, say?: (line: string) => void): TrackerLog {
  const rank = logLevels.indexOf(level);
  if (say !== undefined) {
    const at =
      (own: LogLevel) =>
      (message: string): void => {
        if (logLevels.indexOf(own) >= rank) say(`  ${clock()}  ${message}`);
      };
    return { info: at('info'), warn: at('warn'), error: at('error') };
  }
  const log = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
  return {
    info: (message) => log.info(message),
    warn: (message) => log.warn(message),
    error: (message) => log.error(message),
  };
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
