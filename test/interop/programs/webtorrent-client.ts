/**
 * Seeds or gets one torrent with webtorrent, as the JSON object in argv[2] says; prints one JSON
 * object a line.
 */
import type { Orders } from './event-program.ts';
import { doWithoutNativeParts } from './native-parts.ts';

doWithoutNativeParts();

function say(event: string, fields: object = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

const { default: WebTorrent } = await import('webtorrent');
const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const client = new WebTorrent({
  torrentPort: orders.port,
  dht: false,
  lsd: false,
  natUpnp: false,
  natPmp: false,
  webSeeds: false,
  // Its default dials with an encrypted handshake and never tries a plain one, which is all we speak.
  secure: 0,
  downloadLimit: orders.downLimit > 0 ? orders.downLimit : -1,
  uploadLimit: orders.upLimit > 0 ? orders.upLimit : -1,
});
client.on('error', (error) => say('error', { message: String(error) }));
client.on('listening', () => say('listening', { port: client.torrentPort }));

const torrent = client.add(orders.source, { path: orders.dir });
torrent.on('done', () => say(orders.role === 'seed' ? 'seeding' : 'complete'));
torrent.on('warning', (warning) => say('warning', { message: String(warning) }));
torrent.on('metadata', () => say('metadata'));
torrent.on('wire', (wire, address) => {
  say('wire', { address });
  wire.once('close', () => say('wire closed', { address }));
});

function leave(): void {
  client.destroy(() => process.exit(0));
}
process.once('SIGINT', leave);
process.once('SIGTERM', leave);
