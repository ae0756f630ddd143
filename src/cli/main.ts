#!/usr/bin/env node
/** The `shoal` command: hands the arguments to the program and leaves with its exit status. */
import { run } from './program.ts';

process.exitCode = await run(process.argv.slice(2));
// What the commands opened is closed by now; an idle keep-alive connection must not hold the process.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
