/**
 * Keeps this thread's sockets on the loopback interface, so that no address that chance makes up is
 * reached. Invariant: names are not looked up; what leads elsewhere fails as an unreachable network does.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP, Socket } from 'node:net';

type Connect = (this: Socket, ...parameters: readonly unknown[]) => Socket;
type Send = (this: dgram.Socket, ...parameters: readonly unknown[]) => void;

const isHere = (host: string) => /^(127\.|::1$|::ffff:127\.|localhost$|0\.0\.0\.0$)/.test(host);

function unreachable(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} is outside`), { code: 'ENETUNREACH' });
}

function hostOf(parameters: readonly unknown[]): string | undefined {
  const [first, second] = Array.isArray(parameters[0]) ? parameters[0] : parameters;
  if (typeof first === 'object' && first !== null) {
    const { host, path } = first as { host?: string; path?: string };
    return path === undefined ? (host ?? 'localhost') : undefined;
  }
  return typeof second === 'string' ? second : 'localhost';
}

let isSealed = false;

/** Idempotent. */
export function sealNetwork(): void {
  if (isSealed) return;
  isSealed = true;
  const connect = Socket.prototype.connect as Connect;
  const sealedConnect: Connect = function (...parameters) {
    const host = hostOf(parameters);
    if (host === undefined || isHere(host)) return connect.apply(this, [...parameters]);
    process.nextTick(() => this.destroy(unreachable(host)));
    return this;
  };
  Socket.prototype.connect = sealedConnect as typeof Socket.prototype.connect;
  const send = dgram.Socket.prototype.send as Send;
  const sealedSend: Send = function (...parameters) {
    const host = parameters.findLast((one) => typeof one === 'string');
    if (typeof host !== 'string' || isHere(host)) return send.apply(this, [...parameters]);
    const done = parameters.at(-1);
    if (typeof done === 'function') process.nextTick(() => done(unreachable(host)));
  };
  dgram.Socket.prototype.send = sealedSend as typeof dgram.Socket.prototype.send;
  sealNames();
}

/** Addresses and localhost stand for themselves, every other name for none. */
function sealNames(): void {
  const { lookup, promises } = dns;
  const isKnown = (name: string) => isIP(name) !== 0 || name === 'localhost';
  const unknown = (name: string) =>
    Object.assign(new Error(`${name} is not known`), { code: 'ENOTFOUND' });
  const sealed = (name: string, ...rest: readonly unknown[]): void => {
    if (isKnown(name)) {
      Reflect.apply(lookup, dns, [name, ...rest]);
      return;
    }
    const done = rest.at(-1);
    if (typeof done === 'function') process.nextTick(() => done(unknown(name)));
  };
  const asked = promises.lookup;
  const sealedPromise = async (name: string, ...rest: readonly unknown[]): Promise<unknown> => {
    if (!isKnown(name)) throw unknown(name);
    return Reflect.apply(asked, promises, [name, ...rest]);
  };
  Object.assign(dns, { lookup: sealed });
  Object.assign(promises, { lookup: sealedPromise });
  syncBuiltinESMExports();
}
