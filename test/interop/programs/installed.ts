/** Whether a program is there, and what a person types to get it. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** False when the command is on the PATH, else the reason to skip. */
export function missingCommand(command: string, debianPackage: string): string | false {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(dir, command), constants.X_OK);
      return false;
    } catch {
      // Not in this folder.
    }
  }
  return `${command} is missing: apt-get install ${debianPackage}`;
}

/** Debian's own Python, since its bindings are built for that one. */
export const debianPython = '/usr/bin/python3';

export function missingPythonModule(module: string, debianPackage: string): string | false {
  const { status } = spawnSync(debianPython, ['-c', `import ${module}`], { stdio: 'ignore' });
  return status === 0 ? false : `${module} for Python is missing: apt-get install ${debianPackage}`;
}

/** For a package of package.json; missing after an install without development dependencies. */
export function missingPackage(name: string): string | false {
  try {
    import.meta.resolve(name);
    return false;
  } catch {
    return `the package ${name} is missing: npm ci`;
  }
}

/** The first reason among several. */
export function firstReason(...reasons: readonly (string | false)[]): string | false {
  return reasons.find((reason) => reason !== false) ?? false;
}
