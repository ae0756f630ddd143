/**
 * A network of its own for a program that refuses peers on loopback addresses: a Linux network
 * namespace tied to ours by a pair of virtual links. Needs root and iproute2. It goes when the test's
 * process does; what a killed process left behind goes when the next namespace is made.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { firstReason, missingCommand } from './installed.ts';

const prefix = 'shoal';

export interface NetworkNamespace {
  /** Our end: what is inside reaches our trackers and peers here. */
  readonly outside: string;
  /** Its end: we reach what is inside here. */
  readonly inside: string;
  /** Puts a command line into the namespace. */
  within(command: string, args: readonly string[]): [command: string, args: string[]];
  remove(): void;
}

/** False when namespaces can be made, else the reason to skip. */
export function missingNamespaces(): string | false {
  const missing = firstReason(missingCommand('ip', 'iproute2'));
  if (missing !== false) return missing;
  const name = `${prefix}-${process.pid}-try`;
  if (!runIp('netns', 'add', name)) {
    return 'network namespaces are not permitted here: run as root, in a container with --privileged';
  }
  const peer = linkNames(name);
  const isLinked = runIp('link', 'add', peer.outside, 'type', 'veth', 'peer', 'name', peer.inside);
  if (isLinked) runIp('link', 'del', peer.outside);
  runIp('netns', 'del', name);
  return isLinked ? false : 'virtual links (veth) are not permitted here: run as root';
}

/** Throws when the system refuses; `missingNamespaces` says so beforehand. */
export function createNamespace(): NetworkNamespace {
  removeLeftovers();
  const name = `${prefix}-${process.pid}`;
  const link = linkNames(name);
  const net = freeNetwork();
  const [outside, inside] = [`${net}.1`, `${net}.2`];
  const remove = () => {
    process.removeListener('exit', remove);
    runIp('link', 'del', link.outside);
    runIp('netns', 'del', name);
  };
  process.once('exit', remove);
  const steps = [
    ['netns', 'add', name],
    ['link', 'add', link.outside, 'type', 'veth', 'peer', 'name', link.inside, 'netns', name],
    ['addr', 'add', `${outside}/24`, 'dev', link.outside],
    ['link', 'set', link.outside, 'up'],
    ['-n', name, 'addr', 'add', `${inside}/24`, 'dev', link.inside],
    ['-n', name, 'link', 'set', link.inside, 'up'],
    ['-n', name, 'link', 'set', 'lo', 'up'],
  ];
  for (const step of steps) {
    if (!runIp(...step)) throw new Error(`ip ${step.join(' ')}: refused`);
  }
  const within = (command: string, args: readonly string[]): [string, string[]] => [
    'ip',
    ['netns', 'exec', name, command, ...args],
  ];
  return { outside, inside, within, remove };
}

/** Link names have at most 15 bytes. */
function linkNames(name: string): { outside: string; inside: string } {
  const id = name.replace(`${prefix}-`, '').replace('-try', 't');
  return { outside: `sho${id}`, inside: `shi${id}` };
}

/** The first three numbers of a private network that no route of ours covers. */
function freeNetwork(): string {
  const routes = spawnSync('ip', ['-4', 'route'], { encoding: 'utf8' }).stdout ?? '';
  for (let i = 0; i < 250; i++) {
    const net = `10.213.${(process.pid + i) % 250}`;
    if (!routes.includes(`${net}.`)) return net;
  }
  throw new Error('every network in 10.213.0.0/16 is taken');
}

function removeLeftovers(): void {
  const names = readNames().map((name) => /^shoal-(\d+)(?:-try)?$/.exec(name));
  for (const match of names) {
    if (!match || isAlive(Number(match[1]))) continue;
    runIp('link', 'del', linkNames(match[0]).outside);
    runIp('netns', 'del', match[0]);
  }
}

function readNames(): string[] {
  try {
    return readdirSync('/run/netns');
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function runIp(...args: readonly string[]): boolean {
  return spawnSync('ip', args, { stdio: 'ignore' }).status === 0;
}
