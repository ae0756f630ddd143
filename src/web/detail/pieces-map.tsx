/** The map of a torrent's pieces; asks `torrents/HASH/pieces` by itself while it is shown. */
export function PiecesMap(_props: { readonly hash: string }) {
  return null;
}
