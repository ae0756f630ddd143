/** Pages for what is not there: what happened, and what to do. */
import { html } from './html.ts';
import type { PageContent } from './page-frame.ts';

export function notFoundPage(): PageContent {
  return {
    title: 'No such page · Shoal tracker',
    main: html`<section class="problem"><h1>There is no page at this address</h1>
<p>The address may be mistyped, or come from another version. Start from the <a href="/">torrents</a>.</p></section>`,
  };
}

/** `infoHash` as it was asked for; shown when it is one. */
export function unknownTorrentPage(infoHash: string): PageContent {
  const isHash = /^[0-9a-f]{40}$/.test(infoHash);
  return {
    title: 'No such torrent · Shoal tracker',
    main: html`<section class="problem"><h1>This tracker does not know that torrent</h1>
${isHash ? html`<p>Nobody shares <code>${infoHash}</code> here, and it is not in the catalog.</p>` : html`<p>The address does not end in an info-hash, which has 40 hex digits.</p>`}
<p>Load this page again when somebody has announced it. Until then: check the info-hash, or look among the <a href="/">torrents</a> that are shared now.</p></section>`,
  };
}
