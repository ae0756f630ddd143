/** What a look at this machine found: one fact, whether it is trouble, and the way out if so. */
export interface MachineCheck {
  /** Stable, for programs: `openFiles`. */
  readonly check: string;
  readonly ok: boolean;
  /** One sentence without a full stop, of the thing and, where it is trouble, the cause. */
  readonly message: string;
  /** One sentence; only where there is trouble. */
  readonly wayOut?: string;
  /** Measured values, for programs. */
  readonly facts?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export function fine(check: string, message: string, facts?: MachineCheck['facts']): MachineCheck {
  return { check, ok: true, message, ...(facts === undefined ? {} : { facts }) };
}

export function trouble(
  check: string,
  message: string,
  wayOut: string,
  facts?: MachineCheck['facts'],
): MachineCheck {
  return { check, ok: false, message, wayOut, ...(facts === undefined ? {} : { facts }) };
}
