/**
 * Everything the tracker shows besides announce and scrape: `/`, `/stats`, `/stats.json`, `/stats.css`,
 * `/health`. Reports are kept for a second, so that reloading costs the tracker nothing.
 */
import { decodeUtf8Lossy } from '../base/text.ts';
import { percentDecode } from '../protocol/percent-encoding.ts';
import type { TrackerLogic } from '../tracker/tracker-logic.ts';
import { renderStatsPage } from './stats-page.ts';
import {
  makeReport,
  type NameOf,
  type ReportQuery,
  type StatsReport,
  swarmOrders,
} from './stats-report.ts';
import { statsStyle } from './stats-style.ts';

export interface PageReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface PageTarget {
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
}

const keptMs = 1000;
const maxSearchLength = 100;

const safetyHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export class TrackerPages {
  readonly #logic: TrackerLogic;
  readonly #nameOf: NameOf;
  /** Set once the ports are known. */
  announceUrls: readonly string[] = [];
  #kept: { query: ReportQuery; madeMs: number; report: StatsReport } | undefined;

  constructor(logic: TrackerLogic, nameOf: NameOf) {
    this.#logic = logic;
    this.#nameOf = nameOf;
  }

  /** Undefined when there is no such page. */
  reply(target: PageTarget): PageReply | undefined {
    switch (target.path) {
      case '/':
      case '/stats':
        return page('text/html; charset=utf-8', this.#html(readQuery(target.query)));
      case '/stats.json':
        return page(
          'application/json',
          `${JSON.stringify(this.#report(readQuery(target.query)))}\n`,
        );
      case '/stats.css':
        return page('text/css; charset=utf-8', statsStyle, 'public, max-age=3600');
      case '/health':
        return page('application/json', '{"status":"ok"}\n');
      default:
        return undefined;
    }
  }

  #html(query: ReportQuery): string {
    return renderStatsPage({
      report: this.#report(query),
      order: query.order,
      search: query.search,
      announceUrls: this.announceUrls,
    });
  }

  #report(query: ReportQuery): StatsReport {
    const nowMs = this.#logic.nowMs();
    const kept = this.#kept;
    if (
      kept !== undefined &&
      nowMs - kept.madeMs < keptMs &&
      kept.query.order === query.order &&
      kept.query.search === query.search
    ) {
      return kept.report;
    }
    const report = makeReport(this.#logic, query, this.#nameOf);
    this.#kept = { query, madeMs: nowMs, report };
    return report;
  }
}

function page(contentType: string, body: string, cacheControl = 'no-store'): PageReply {
  return {
    status: 200,
    headers: { ...safetyHeaders, 'content-type': contentType, 'cache-control': cacheControl },
    body,
  };
}

/** `q` and `sort`; whatever is malformed is left out. */
function readQuery(query: string): ReportQuery {
  let search = '';
  let order: ReportQuery['order'] = 'peers';
  for (const field of query.split('&')) {
    const equals = field.indexOf('=');
    const value = equals === -1 ? '' : field.slice(equals + 1);
    const name = equals === -1 ? field : field.slice(0, equals);
    if (name === 'sort') order = swarmOrders.find((one) => one === value) ?? order;
    // Forms send a space as a plus.
    const decoded = name === 'q' ? percentDecode(value.replaceAll('+', ' ')) : undefined;
    if (decoded !== undefined) search = decodeUtf8Lossy(decoded).slice(0, maxSearchLength);
  }
  return { order, search };
}
