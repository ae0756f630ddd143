/**
 * The environment of a child process: settings of the person who runs the tests do not count, and what
 * was compiled once is kept, because a short process spends half of its time on that.
 */
import { fileURLToPath } from 'node:url';

const compileCache = fileURLToPath(new URL('../../../node_modules/.cache/node', import.meta.url));
const noConfig = fileURLToPath(new URL('../../../node_modules/.cache/no-config', import.meta.url));
const personal = new Set(['NO_COLOR', 'NODE_OPTIONS', 'NODE_V8_COVERAGE']);

export function childEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SHOAL_') && !personal.has(name),
  );
  return {
    ...Object.fromEntries(kept),
    NODE_COMPILE_CACHE: compileCache,
    XDG_CONFIG_HOME: noConfig,
    APPDATA: noConfig,
  };
}
