/** Runs contenders in turns, A B C A B C, so that what the machine does meanwhile meets them all. */

export interface Outcome<T> {
  readonly runs: readonly T[];
  /** Why its runs came to an end early. */
  readonly failure: string | undefined;
}

/** One that fails is left out of the later rounds. */
export async function alternate<T>(
  names: readonly string[],
  rounds: number,
  once: (name: string, round: number) => Promise<T>,
): Promise<ReadonlyMap<string, Outcome<T>>> {
  const runs = new Map<string, T[]>(names.map((name) => [name, []]));
  const failures = new Map<string, string>();
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) {
      if (failures.has(name)) continue;
      try {
        runs.get(name)?.push(await once(name, round));
      } catch (error) {
        failures.set(name, error instanceof Error ? error.message : String(error));
      }
    }
  }
  return new Map(
    names.map((name) => [name, { runs: runs.get(name) ?? [], failure: failures.get(name) }]),
  );
}

/** The failures, worded for a report's list of what was left out. */
export function failuresOf<T>(outcomes: ReadonlyMap<string, Outcome<T>>): string[] {
  return [...outcomes].flatMap(([name, { failure }]) =>
    failure === undefined
      ? []
      : [`${name} failed: ${failure.split('\n').slice(0, 12).join(' | ')}`],
  );
}
