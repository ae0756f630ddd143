/**
 * Ends a program with one line when this Node.js is too old for the rest, instead of a syntax error from
 * deep inside. To be imported first, by what loads nothing newer before it is asked to.
 */
const needed = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major < needed) {
  process.stderr.write(
    `this needs Node.js ${needed} or newer, and this is ${process.versions.node} (${process.execPath}). Install it from https://nodejs.org.\n`,
  );
  process.exit(1);
}
