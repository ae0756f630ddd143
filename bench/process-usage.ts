/**
 * What a process has used so far, as Linux counts it: all its threads, ended ones included.
 * Elsewhere there is no /proc, and the figures stay unknown.
 */
import { readFileSync } from 'node:fs';

export interface Usage {
  /** User and system time. */
  readonly cpuSeconds: number;
  /** The most memory that was resident at once. */
  readonly peakBytes: number;
  /** Memory that is resident now. */
  readonly residentBytes: number;
}

/** USER_HZ, which Linux keeps at 100 for programs whatever the kernel's own clock does. */
const ticksPerSecond = 100;

/** Undefined when the process is gone or the system does not tell. */
export function usageOf(pid: number): Usage | undefined {
  try {
    // The second field is the name in parentheses, which may itself hold spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status);
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status);
    if (peak === null || resident === null) return undefined;
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      peakBytes: Number(peak[1]) * 1024,
      residentBytes: Number(resident[1]) * 1024,
    };
  } catch {
    return undefined;
  }
}
