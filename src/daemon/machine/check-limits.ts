/** What the runtime and the system grant a process: the version of Node.js, open files, UDP buffers. */
import { readFileSync } from 'node:fs';
import { formatBytes } from '../../base/amounts.ts';
import { openFileLimit } from '../../node/open-file-limit.ts';
import { fine, type MachineCheck, trouble } from './machine-check.ts';

const neededNode = 24;

export function checkNode(version = process.versions.node): MachineCheck {
  const facts = { version };
  if (Number(version.split('.')[0]) >= neededNode) return fine('node', `Node.js ${version}`, facts);
  return trouble(
    'node',
    `Node.js ${version} is older than ${neededNode}`,
    `Install Node.js ${neededNode} or newer from https://nodejs.org.`,
    facts,
  );
}

/** Below it a client with its usual 500 links and its files runs short. */
const neededFiles = 1024;

/** `limit` undefined stands for unknown. */
export function checkOpenFiles(limit = openFileLimit()): MachineCheck {
  if (limit === undefined)
    return fine('openFiles', 'open files: this system does not tell a limit');
  const facts = { limit };
  const message = `${limit} files and connections may be open at once`;
  if (limit >= neededFiles) return fine('openFiles', message, facts);
  return trouble(
    'openFiles',
    `only ${message}; ${neededFiles} are needed`,
    `Raise the limit with ulimit -n ${neededFiles} or more, or LimitNOFILE= of a systemd unit.`,
    facts,
  );
}

/** What Linux grants unless told; a tracker under load asks for more and takes what it gets. */
const usualReceiveBytes = 212_992;
const wantedReceiveBytes = 4 * 2 ** 20;

/** Undefined where there is no such limit to read. */
export function checkUdpBuffer(limit = receiveBufferLimit()): MachineCheck | undefined {
  if (limit === undefined) return undefined;
  const facts = { limitBytes: limit };
  const message = `UDP sockets may buffer ${formatBytes(limit)}`;
  if (limit >= wantedReceiveBytes) return fine('udpBuffer', message, facts);
  if (limit >= usualReceiveBytes) {
    const busy = `a tracker with more than some 10,000 requests a second wants net.core.rmem_max=${2 * wantedReceiveBytes}`;
    return fine('udpBuffer', `${message}; ${busy}`, facts);
  }
  return trouble(
    'udpBuffer',
    `${message}, less than Linux grants by itself: a tracker loses requests that come in bursts`,
    `Run sysctl -w net.core.rmem_max=${2 * wantedReceiveBytes} as root.`,
    facts,
  );
}

function receiveBufferLimit(): number | undefined {
  try {
    const bytes = Number(readFileSync('/proc/sys/net/core/rmem_max', 'latin1'));
    return Number.isSafeInteger(bytes) ? bytes : undefined;
  } catch {
    return undefined;
  }
}
