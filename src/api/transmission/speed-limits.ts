/**
 * Limits of speed as Transmission says them: kilobytes of 1000 bytes per second, and whether they hold.
 * Invariant: a limit that is switched on without a number is the one that was shown.
 */

/** Shown where there is none. */
const shownKilobytes = 100;

/** `bytesPerSecond` is absent or null for none. */
export function limitFields(bytesPerSecond: number | null | undefined): {
  limit: number;
  limited: boolean;
} {
  if (bytesPerSecond === null || bytesPerSecond === undefined) {
    return { limit: shownKilobytes, limited: false };
  }
  return { limit: Math.round(bytesPerSecond / 1000), limited: true };
}

/** What two arguments wish; undefined when they change nothing. */
export function wishedLimit<T>(
  wish: { readonly limit: T | undefined; readonly limited: boolean | undefined },
  current: T | null | undefined,
  shown: T,
): T | null | undefined {
  const { limit, limited } = wish;
  if (limited === false) return null;
  if (limited === undefined && (limit === undefined || (current ?? null) === null)) {
    return undefined;
  }
  return limit ?? current ?? shown;
}

/** The arguments are bytes per second. */
export function wishedSpeed(
  limit: number | undefined,
  limited: boolean | undefined,
  current: number | null | undefined,
): number | null | undefined {
  return wishedLimit({ limit, limited }, current, shownKilobytes * 1000);
}
