/** Where the daemon's own page lies once it is built: in the package beside the code, else in dist/. */
import { fileURLToPath } from 'node:url';

const isSource = import.meta.url.endsWith('.ts');

export const ownPageFolder = fileURLToPath(
  new URL(isSource ? '../../dist/web' : '../web', import.meta.url),
);
