/**
 * What the OpenAPI document says of a route, and how a route's input is checked. Invariant: whatever is
 * sent is of the schema's type when a handler sees it; a complaint names the field in a sentence.
 */
import type { FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { daemonFailure } from '../contract/schema/daemon.ts';
import { hash } from '../contract/schema/values.ts';
import type { DaemonFailureCode } from '../contract/torrents.ts';
import { DaemonRefusal, refusalStatuses } from '../service/refusal.ts';

export type RouteTag = 'Daemon' | 'Torrents' | 'In a torrent' | 'Shares' | 'Home tracker';

export interface RouteWords {
  readonly tag: RouteTag;
  readonly summary: string;
  /** Unless it is 200, or 204 without an answer. */
  readonly status?: 201 | 204 | 206;
  /** A schema of JSON, or the media type of something else. */
  readonly answer?: z.ZodType | string;
  /** Besides those that every route has. */
  readonly refuses?: readonly DaemonFailureCode[];
  /** Media types of the body, when it is not only JSON. */
  readonly consumes?: readonly string[];
  /** Answers everybody. */
  readonly isOpen?: true;
}

const always = ['BAD_REQUEST', 'FORBIDDEN_HOST', 'FORBIDDEN_ORIGIN', 'INTERNAL'] as const;
const withToken = ['TOKEN_NEEDED', 'TOKEN_WRONG', 'TOO_MANY_REQUESTS'] as const;

/** The part of a Fastify schema that is not about input. */
export function about({ tag, summary, isOpen, refuses = [], consumes, ...words }: RouteWords) {
  const codes = [...always, ...(isOpen ? [] : withToken), ...refuses];
  return {
    tags: [tag],
    summary,
    ...(isOpen && { security: [] }),
    ...(consumes !== undefined && { consumes: [...consumes] }),
    response: { ...success(words), ...refusals(codes) } as Record<string, unknown>,
  };
}

function success({ answer, status }: Pick<RouteWords, 'answer' | 'status'>) {
  if (answer === undefined) return { [status ?? 204]: z.undefined().describe('Done') };
  if (typeof answer !== 'string') return { [status ?? 200]: answer };
  const content = { [answer]: { schema: z.string() } };
  return { [status ?? 200]: { description: answer, content } };
}

function refusals(codes: readonly DaemonFailureCode[]) {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const status = refusalStatuses[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      status,
      {
        description: [...new Set(of)].join(', '),
        content: { 'application/json': { schema: daemonFailure } },
      },
    ]),
  );
}

export const ofTorrent = z.object({ hash });
export const ofFile = z.object({
  hash,
  index: z.coerce
    .number({ error: 'is the number of a file' })
    .int('is the number of a file')
    .min(0),
});

const places: Readonly<Record<string, string>> = {
  body: 'The body',
  querystring: 'The query',
  params: 'The path',
};

/** A .torrent in place of JSON goes by unchecked: only routes that read one take such bodies. */
export const compileValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const place = places[httpPart ?? ''] ?? 'The request';
  return (data: unknown) => {
    if (data instanceof Uint8Array) return { value: data };
    const result = schema.safeParse(data);
    return result.success ? { value: result.data } : { error: complaint(result.error, place) };
  };
};

/** Of an answer nothing is checked here; the handlers' types say what it is. */
export function compileSerializer(): (data: unknown) => string {
  return (data) => JSON.stringify(data);
}

function complaint(error: z.ZodError, place: string): DaemonRefusal {
  const [issue] = error.issues;
  const field = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const key = [...issue.path, issue.keys[0] ?? ''].join('.');
    const message = `There is no field ${JSON.stringify(issue.keys[0])} here. Look it up in /api/docs`;
    return new DaemonRefusal('BAD_REQUEST', message, { field: key });
  }
  if (issue === undefined || field === '') {
    return new DaemonRefusal('BAD_REQUEST', `${place} is not understood: it is no JSON object`);
  }
  return new DaemonRefusal('BAD_REQUEST', `${field} ${issue.message}`, { field });
}
