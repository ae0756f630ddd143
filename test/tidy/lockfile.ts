/**
 * `npm ci` works for everybody: the lock holds no registry's address, is complete for every platform,
 * and the packages that run a script when installed are approved in package.json.
 */
import { type Finding, findAll, type Project, type Rule } from './project.ts';

interface LockEntry {
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  hasInstallScript?: boolean;
}
interface Lock {
  version: string;
  packages: Record<string, LockEntry>;
}
interface Manifest {
  version: string;
  allowScripts?: Record<string, boolean>;
}

const wayOut = 'delete package-lock.json and node_modules, then npm install';

/** Node's way: the folder's own node_modules, then each one further up. */
function isLocked(packages: Record<string, LockEntry>, from: string, name: string): boolean {
  for (
    let base = from;
    ;
    base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/') - 1))
  ) {
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`]) return true;
    if (base === '') return false;
  }
}

function check(project: Project): Finding[] {
  const file = project.file('package-lock.json');
  const manifest = project.file('package.json');
  if (!file || !manifest) return [];
  const { version, packages } = JSON.parse(file.text) as Lock;
  const own = JSON.parse(manifest.text) as Manifest;
  const findings = findAll(
    file,
    file.text,
    /"resolved": *"(?!file:)[^"]*"/g,
    (found) => `${found}: npm install --omit-lockfile-registry-resolved writes it without`,
  );
  if (version !== own.version)
    findings.push(file.whole(`version ${version}, package.json says ${own.version}`));
  for (const [path, entry] of Object.entries(packages)) {
    const wanted = {
      ...entry.dependencies,
      ...entry.devDependencies,
      ...entry.optionalDependencies,
    };
    for (const name of Object.keys(wanted)) {
      if (!isLocked(packages, path, name))
        findings.push(file.whole(`${name} (wanted by ${path || 'us'}) is missing: ${wayOut}`));
    }
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (entry.hasInstallScript && path !== '' && own.allowScripts?.[name] === undefined) {
      findings.push(
        file.whole(
          `${name} runs a script: npm install-scripts approve --no-allow-scripts-pin ${name}, or deny it`,
        ),
      );
    }
  }
  return findings;
}

function sample(lock: object, manifest: object = { version: '1.0.0' }): Record<string, string> {
  return { 'package-lock.json': JSON.stringify(lock), 'package.json': JSON.stringify(manifest) };
}

export const lockfile: Rule = {
  name: 'the lock is complete and names no registry',
  check,
  bad: [
    sample({
      version: '1.0.0',
      packages: { 'node_modules/a': { resolved: 'https://registry.test/a.tgz' } },
    }),
    sample({ version: '0.9.0', packages: {} }),
    sample({
      version: '1.0.0',
      packages: { 'node_modules/a': { optionalDependencies: { b: '1' } } },
    }),
    sample({ version: '1.0.0', packages: { 'node_modules/a': { hasInstallScript: true } } }),
  ],
  good: sample(
    {
      version: '1.0.0',
      packages: {
        '': { dependencies: { a: '1' } },
        'node_modules/a': { dependencies: { b: '1', c: '1' } },
        'node_modules/a/node_modules/b': { dependencies: { c: '1' }, hasInstallScript: true },
        'node_modules/c': {},
      },
    },
    { version: '1.0.0', allowScripts: { b: true } },
  ),
};
