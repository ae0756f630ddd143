#!/usr/bin/env node
/**
 * Where the installed `shoal` command starts. It only makes sure that this Node.js can run the rest:
 * an old one gets one line that names the version, instead of a syntax error from deep inside. So
 * this file keeps to syntax that Node.js 14 reads, and loads nothing before the check.
 */
const needed = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major >= needed) {
  // Half of a short command's time is compiling what the last one compiled too.
  import('node:module').then(({ enableCompileCache }) => {
    enableCompileCache();
    return import('./main.ts');
  });
} else {
  process.stderr.write(
    `shoal needs Node.js ${needed} or newer, and this is ${process.versions.node} (${process.execPath}). ` +
      'Install it from https://nodejs.org, or in a checkout use `npx shoal`, which brings its own.\n',
  );
  process.exitCode = 1;
}
