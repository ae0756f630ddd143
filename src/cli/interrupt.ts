/**
 * Ctrl-C and its relatives. The first asks the command to leave cleanly; a second does not wait.
 * SIGTERM and a closed terminal are treated alike.
 */
import { exitCodes } from './exit-codes.ts';

export interface Interrupt {
  /** Aborts at the first signal, or when `raise` is called. */
  readonly signal: AbortSignal;
  raise(): void;
  /** Gives the signals back. */
  dispose(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function catchInterrupt(): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    raise: () => controller.abort(),
    dispose: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
