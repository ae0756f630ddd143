/** Runs the tracker of the npm package bittorrent-tracker on the host in argv[2]; prints its ports as JSON. */
import { doWithoutNativeParts } from './native-parts.ts';

doWithoutNativeParts();

const { Server } = await import('bittorrent-tracker');
const host = process.argv[2] ?? '127.0.0.1';
const server = new Server({ http: true, udp: true, ws: false, stats: false });
server.on('error', (error) => console.log('error', error));
server.on('warning', (error) => console.log('warning', error));
for (const event of ['start', 'stop', 'update', 'complete'] as const) {
  server.on(event, (address) => console.log(event, address));
}
const isIpv6 = host.includes(':');
const hosts = isIpv6 ? { http: host, udp: '127.0.0.1', udp6: host } : { http: host, udp: host };
server.listen(0, { udp6: '::1', ...hosts }, () => {
  const [http, udp] = [
    server.http?.address().port,
    server[isIpv6 ? 'udp6' : 'udp4']?.address().port,
  ];
  console.log(JSON.stringify({ http, udp }));
});
process.once('SIGINT', () => process.exit(0));
