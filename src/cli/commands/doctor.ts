/** `shoal doctor`: looks at this machine and says what stands in the way of sharing. */
import type { Command } from 'commander';
import type { MachineCheck } from '../../daemon/machine/diagnose-machine.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount } from '../format.ts';
import { catchInterrupt } from '../interrupt.ts';
import { parsePort, parseTrackerUrl, repeated } from '../option-values.ts';
import type { Terminal } from '../terminal.ts';
import { visibleText } from '../visible-text.ts';

interface DoctorOptions {
  readonly port?: number;
  readonly trackerPort?: number;
  readonly tracker?: string[];
  readonly stateDir?: string;
  readonly quick?: boolean;
}

export function addDoctor(program: Command): void {
  const command = defineCommand(program, {
    usage: 'doctor',
    summary: 'check this machine, and say how to mend it',
    description:
      'Checks Node.js, limits, state folder, addresses, ports, the tracker of this machine, those named with --tracker, and optional packages, and shares a small file with itself over loopback. Each check is ok or trouble, with the cause and the way out. Nothing is changed. Exit status 1 when there is trouble.',
    group: 'This machine:',
    examples: [
      ['doctor', 'all checks'],
      ['doctor --quick', 'without the transfer'],
      ['doctor --tracker http://10.0.0.5:6969/announce', 'also the way to that tracker'],
      ['doctor --json', 'one JSON object a check'],
    ],
  });
  valueOption(command, '--port <port>', 'port for peers to check; default 6881', parsePort);
  valueOption(
    command,
    '--tracker-port <port>',
    'port of a tracker to check, TCP and UDP; default 6969',
    parsePort,
  );
  valueOption(
    command,
    '-a, --tracker <url>',
    'a tracker to reach from here, by its announce URL; may be repeated',
    repeated(parseTrackerUrl),
  );
  valueOption(command, '--state-dir <dir>', "folder to check; default the user's state folder");
  command.option('--quick', 'leave out the transfer over loopback');
  addCommonOptions(command);
  runCommand<DoctorOptions>(command, async (terminal, options) => {
    const interrupt = catchInterrupt();
    let troubles = 0;
    try {
      for await (const check of checks(options, interrupt.signal)) {
        if (!check.ok) troubles++;
        report(terminal, check);
      }
    } finally {
      interrupt.dispose();
    }
    terminal.line(troubles === 0 ? '  all is well' : `  ${formatCount(troubles, 'trouble')}`);
    return troubles === 0 ? exitCodes.ok : exitCodes.other;
  });
}

async function* checks(
  options: DoctorOptions,
  signal: AbortSignal,
): AsyncGenerator<MachineCheck, void> {
  const { diagnoseMachine } = await import('../../daemon/machine/diagnose-machine.ts');
  yield* diagnoseMachine({
    peerPort: options.port ?? 6881,
    trackerPort: options.trackerPort ?? 6969,
    trackers: options.tracker ?? [],
    ...(options.stateDir === undefined ? {} : { stateFolder: options.stateDir }),
    signal,
  });
  if (options.quick === true) return;
  const { selfTest } = await import('../self-test.ts');
  yield await selfTest(signal);
}

function report(terminal: Terminal, { facts, ...check }: MachineCheck): void {
  terminal.object({ ...check, ...facts });
  const mark = check.ok ? 'ok     ' : terminal.style.red('trouble');
  terminal.line(`  ${mark}  ${visibleText(check.message)}`);
  if (check.wayOut !== undefined) terminal.line(`           ${visibleText(check.wayOut)}`);
}
