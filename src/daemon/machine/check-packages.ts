/** Packages that are optional: what each is for, and whether it is there. Being without is no trouble. */
import { loadLibc } from '../../node/udp/libc.ts';
import { fine, type MachineCheck } from './machine-check.ts';

export async function checkBatchedUdp(
  load: () => Promise<unknown> = loadLibc,
): Promise<MachineCheck> {
  try {
    await load();
    return fine('batchedUdp', 'a tracker can take many UDP requests at a time', {
      available: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `a tracker takes UDP requests one by one, which is slower: ${reason}`;
    return fine('batchedUdp', message, { available: false });
  }
}

const optional = [
  { name: 'redis', use: 'swarms shared by several trackers (--swarm-store)' },
  { name: 'pg', use: 'a catalog shared by several trackers (--catalog)' },
] as const;

export function checkPackages(
  resolve = (name: string) => import.meta.resolve(name),
): MachineCheck[] {
  return optional.map(({ name, use }) => {
    const installed = canResolve(name, resolve);
    const message = installed
      ? `package ${name} is installed, for ${use}`
      : `package ${name} is not installed; only ${use} would need it: npm install ${name}`;
    return fine(`package.${name}`, message, { installed });
  });
}

function canResolve(name: string, resolve: (name: string) => string): boolean {
  try {
    resolve(name);
    return true;
  } catch {
    return false;
  }
}
