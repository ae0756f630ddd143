/**
 * How the daemon's page is built: src/web into dist/web, complete, so that nothing is loaded from
 * elsewhere when it runs. `vite` serves it from the sources, with a daemon at SHOAL_DAEMON behind it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { iconSvg } from './src/look/icon.ts';
import { tokensCss } from './src/look/tokens.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What all pages of Shoal share is TypeScript; here it becomes files. */
function look(): Plugin {
  const name = 'virtual:tokens.css';
  const resolved = `\0${name}`;
  return {
    name: 'shoal-look',
    resolveId: (id) => (id === name ? resolved : undefined),
    load: (id) => (id === resolved ? tokensCss : undefined),
    buildStart() {
      if (this.meta.watchMode) return;
      this.emitFile({ type: 'asset', fileName: 'icon.svg', source: iconSvg });
    },
  };
}

/** Beside each text its compressed form, which the daemon sends to browsers that take it. */
function compressed(): Plugin {
  return {
    name: 'shoal-compressed',
    // Not before: until they are written, other plugins still change them.
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.(?:js|css|html|svg)$/.test(name)) continue;
        const path = join(dir, name);
        writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
      }
    },
  };
}

export default defineConfig({
  root: at('src/web'),
  base: '/',
  plugins: [react(), look(), compressed()],
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    target: 'es2024',
    // Images in the style sheet would be data: addresses, which the page's own policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    // How long plugins take is nobody's concern here, and a busy machine makes it a warning.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  server: {
    proxy: { '/api': { target: process.env.SHOAL_DAEMON ?? 'http://127.0.0.1:6880' } },
  },
});
