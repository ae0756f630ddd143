/** The whole daemon as transfer/info and the `server_state` of sync/maindata give it. */
import type { SessionInfo, Settings } from '../contract/torrents.ts';

export function transferObject(session: SessionInfo): Record<string, unknown> {
  return {
    connection_status: 'connected',
    dht_nodes: 0,
    dl_info_data: session.downloadedBytes,
    dl_info_speed: Math.round(session.downRate),
    dl_rate_limit: session.downLimit ?? 0,
    up_info_data: session.uploadedBytes,
    up_info_speed: Math.round(session.upRate),
    up_rate_limit: session.upLimit ?? 0,
    last_external_address_v4: '',
    last_external_address_v6: '',
  };
}

export function serverState(session: SessionInfo, settings: Settings): Record<string, unknown> {
  const { allDownloadedBytes, allUploadedBytes } = session;
  return {
    ...transferObject(session),
    alltime_dl: allDownloadedBytes,
    alltime_ul: allUploadedBytes,
    global_ratio:
      allDownloadedBytes === 0 ? '-' : (allUploadedBytes / allDownloadedBytes).toFixed(2),
    free_space_on_disk: session.freeBytes ?? 0,
    total_peer_connections: session.peers,
    total_wasted_session: 0,
    total_buffers_size: 0,
    total_queued_size: 0,
    queued_io_jobs: session.counts.moving,
    average_time_queue: 0,
    read_cache_hits: '0',
    read_cache_overload: '0',
    write_cache_overload: '0',
    queueing: isQueueing(settings),
    refresh_interval: 1500,
    use_alt_speed_limits: session.alternativeLimits,
    use_subcategories: false,
  };
}

export function isQueueing({ maxActiveDownloads, maxActiveSeeds }: Settings): boolean {
  return maxActiveDownloads !== null || maxActiveSeeds !== null;
}
