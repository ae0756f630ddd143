/** The view `#/`: the table of torrents and the detail of one. */
export function TorrentsView() {
  return <h1>Torrents</h1>;
}
