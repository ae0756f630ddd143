/**
 * Carries an HTTP load's requests and answers: over the system's calls, or over node:net where those
 * cannot be made. Connections are spread over the load's source addresses.
 */
import { connect as connectSocket, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpClient, HttpStep } from './http-client.ts';
import {
  again,
  closeAtOnce,
  dontWait,
  type Libc,
  noSignal,
  openStreamSocket,
  socketAddress,
} from './libc.ts';
import { sourceAddress } from './load-population.ts';
import type { LoopbackTarget } from './loopback-target.ts';
import { nowUs } from './udp-exchange.ts';

export interface HttpExchange {
  readonly name: string;
  run(untilUs: number): Promise<void>;
  close(): void;
}

const receiveBytes = 64 * 1024;
const timeoutUs = 4_000_000;
const lateEveryUs = 100_000;
const pollIn = 1;
const pollOut = 4;
/** Turns that move fewer are not worth their system calls. */
const fewAnswers = 8;
const restUs = 30;

export function openCalledHttp(
  libc: Libc,
  clients: readonly HttpClient[],
  target: LoopbackTarget,
  sources: number,
): HttpExchange {
  const incoming = new ArrayBuffer(receiveBytes);
  const bytes = new Uint8Array(incoming);
  const incomingAddress = libc.addressOf(incoming);
  /** `struct pollfd`: two words each, the second one being events and what happened. */
  const entries = new Int32Array(2 * clients.length).fill(-1);
  const remote = socketAddress(target.host, target.port);
  /** When an unfinished connection was begun; 0 for one that is made. */
  const dialledUs = new Float64Array(clients.length);

  const ask = (i: number, sinceUs: number): void => {
    const request = clients[i]!.ask(sinceUs);
    // A request fits the empty buffer of its connection.
    if (libc.send(entries[2 * i]!, request, request.length, dontWait | noSignal) < 0) dial(i);
  };
  const dial = (i: number): void => {
    clients[i]!.ended();
    if (entries[2 * i]! >= 0) closeAtOnce(libc, entries[2 * i]!);
    const fd = openStreamSocket(libc, sourceAddress(i % sources));
    entries[2 * i] = fd;
    dialledUs[i] = nowUs();
    libc.connect(fd, remote, remote.length);
    // A connection on this machine is made before the call returns, or tells by being writable.
    entries[2 * i + 1] = pollOut;
  };
  const receive = (i: number): void => {
    const length = libc.recv(entries[2 * i]!, incomingAddress, receiveBytes, dontWait);
    if (length <= 0) {
      if (length === 0 || libc.errno() !== again) dial(i);
      return;
    }
    const now = nowUs();
    const step = clients[i]!.take(bytes, 0, length, now);
    if (step === 'ask') ask(i, now);
    else if (step === 'reconnect') dial(i);
  };
  const turn = (): number => {
    const ready = libc.poll(entries, clients.length, 1);
    if (ready <= 0) return 0;
    for (let i = 0; i < clients.length; i++) {
      if (entries[2 * i + 1]! >> 16 === 0) continue;
      if ((entries[2 * i + 1]! & 0xffff) === pollOut) {
        entries[2 * i + 1] = pollIn;
        ask(i, dialledUs[i]!);
      } else {
        receive(i);
      }
    }
    return ready;
  };

  return {
    name: 'system calls',
    async run(untilUs) {
      let lateAtUs = 0;
      for (let i = 0; i < clients.length; i++) if (entries[2 * i]! < 0) dial(i);
      for (;;) {
        const moved = turn();
        const now = nowUs();
        if (now >= untilUs) return;
        if (now >= lateAtUs) {
          for (const [i, client] of clients.entries()) if (client.isLate(now, timeoutUs)) dial(i);
          lateAtUs = now + lateEveryUs;
        }
        if (moved < Math.min(fewAnswers, clients.length / 4)) libc.usleep(restUs);
      }
    },
    close() {
      for (let i = 0; i < clients.length; i++) closeAtOnce(libc, entries[2 * i]!);
    },
  };
}

export function openNetHttp(
  clients: readonly HttpClient[],
  target: LoopbackTarget,
  sources: number,
): HttpExchange {
  const sockets: (Socket | undefined)[] = clients.map(() => undefined);
  let isRunning = false;
  const dial = (i: number): void => {
    const client = clients[i]!;
    client.ended();
    sockets[i]?.destroy();
    const sinceUs = nowUs();
    const buffer = new Uint8Array(receiveBytes / 4);
    const onBytes = (length: number): boolean => {
      const now = nowUs();
      if (sockets[i] === socket) follow(client.take(buffer, 0, length, now), now);
      return true;
    };
    const follow = (step: HttpStep, now: number): void => {
      // The socket may write later, when the request's memory holds another one.
      if (step === 'ask') socket.write(client.ask(now).slice());
      else if (step === 'reconnect') dial(i);
    };
    const socket = connectSocket({
      ...target,
      localAddress: sourceAddress(i % sources),
      noDelay: true,
      onread: { buffer, callback: onBytes },
    });
    sockets[i] = socket;
    socket.once('connect', () => follow('ask', sinceUs));
    socket.on('error', () => {});
    socket.once('close', () => {
      if (isRunning && sockets[i] === socket) setImmediate(() => dial(i));
    });
  };
  return {
    name: 'node:net',
    async run(untilUs) {
      isRunning = true;
      for (const [i, socket] of sockets.entries()) if (socket === undefined) dial(i);
      while (nowUs() < untilUs) {
        await delay(Math.min(100, Math.max(1, (untilUs - nowUs()) / 1000)));
        const now = nowUs();
        for (const [i, client] of clients.entries()) if (client.isLate(now, timeoutUs)) dial(i);
      }
    },
    close() {
      isRunning = false;
      for (const socket of sockets) socket?.destroy();
    },
  };
}
