/** The peers of one torrent as people may see them: addresses are cut unless the operator shows them. */
import { formatIp } from '../../base/ip-address.ts';
import { clientName } from '../../protocol/client-name.ts';
import type { PeerSnapshot } from '../../tracker/swarm-store.ts';
import { type Html, html } from './html.ts';

export function peerTable(peers: readonly PeerSnapshot[], showAddresses: boolean): Html {
  const sorted = peers.toSorted(
    (a, b) => Number(b.isSeeder) - Number(a.isSeeder) || a.ageMs - b.ageMs,
  );
  const rows = sorted.map((peer) => {
    const role = peer.isSeeder ? 'seeder' : 'leecher';
    return html`<tr><th scope="row" class="name">${clientLabel(peer.client)}</th><td><code>${addressText(peer, showAddresses)}</code></td><td class="family">${peer.address.length === 4 ? 'IPv4' : 'IPv6'}</td><td>${role}</td><td class="number">${ageText(peer.ageMs)} ago</td></tr>
`;
  });
  return html`<table class="peers"><thead><tr><th scope="col" class="name">Client</th><th scope="col">Address</th><th scope="col" class="family">Family</th><th scope="col">Role</th><th scope="col" class="number">Last heard</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

/** `client` is the first 8 bytes of a peer id; what follows them tells no more about the program. */
export function clientLabel(client: Uint8Array): string {
  if (client.length === 0) return 'not kept';
  const peerId = new Uint8Array(20).fill(0x2d);
  peerId.set(client.subarray(0, 8));
  return clientName(peerId);
}

/** `10.1.x.x`, `2001:db8::…`; whole, with the port, where the operator allows. */
export function addressText(
  { address, port }: Pick<PeerSnapshot, 'address' | 'port'>,
  isWhole: boolean,
): string {
  const isV4 = address.length === 4;
  if (isWhole) return isV4 ? `${formatIp(address)}:${port}` : `[${formatIp(address)}]:${port}`;
  if (isV4) return `${address[0]}.${address[1]}.x.x`;
  const network = new Uint8Array(16);
  network.set(address.subarray(0, 4));
  return `${formatIp(network)}…`;
}

/** In one unit: the column is for comparing. */
function ageText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
