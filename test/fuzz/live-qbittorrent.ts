/** The daemon's qBittorrent Web API: text or JSON, and never an error of its own. */
import type { HttpAnswer } from './daemon-asker.ts';
import type { HttpMessage } from './http-message.ts';
import { jsonOf, judgeApi, requireNoFailure } from './live-api.ts';
import type { LiveTarget } from './live-campaign.ts';
import { openDialect } from './live-dialect.ts';
import { qbittorrentSamples, qbittorrentTokens } from './qbittorrent-samples.ts';

function judge(asked: HttpMessage, answer: HttpAnswer): void {
  if (!asked.path.startsWith('/api/v2')) {
    judgeApi(asked, answer);
    return;
  }
  requireNoFailure(answer);
  jsonOf(asked, answer);
}

export const liveQbittorrentTarget: LiveTarget = {
  name: 'qbittorrent',
  samples: qbittorrentSamples,
  tokens: qbittorrentTokens,
  open: () => openDialect({ judge }),
};
