/** Runs the tracker of the npm package bittorrent-tracker on 127.0.0.1, and prints its ports as JSON. */
import { doWithoutNativeParts } from '../../test/interop/programs/native-parts.ts';

doWithoutNativeParts();

const { Server } = await import('bittorrent-tracker');
const server = new Server({ http: true, udp: true, ws: false, stats: false });
server.on('error', (error) => console.log('error', error));
const host = '127.0.0.1';
server.listen(0, { http: host, udp: host, udp6: '::1' }, () => {
  const [port, udpPort] = [server.http?.address().port, server.udp4?.address().port];
  console.log(JSON.stringify({ port, udpPort }));
});
process.once('SIGINT', () => process.exit(0));
