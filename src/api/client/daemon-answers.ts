/**
 * What a daemon answers, checked against the contract's schemas before anybody relies on it. Invariant:
 * a result holds the contract's keys with values of their types, and nothing else the server sent.
 */
import type { z } from 'zod';
import type { Sent } from '../contract/sent.ts';
import { AnswerMismatch, fields, text } from './answer-fields.ts';

/** Throws AnswerMismatch. */
export function readAnswer<S extends z.ZodType>(schema: S, value: unknown): Sent<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data as Sent<S>;
  const [issue] = result.error.issues;
  const key = issue === undefined || issue.path.length === 0 ? 'the answer' : issue.path.join('.');
  throw new AnswerMismatch(`${key}: ${issue?.message ?? 'is not understood'}`);
}

export interface ReadDaemonFailure {
  readonly code: string;
  readonly message: string;
}

/** The body of a refusal; undefined when it is none of a daemon. */
export function readDaemonFailure(value: unknown): ReadDaemonFailure | undefined {
  try {
    const error = fields(fields(value, 'the answer').error, 'error');
    const code = text(error, 'code');
    return /^[A-Z][A-Z_]{1,40}$/.test(code) ? { code, message: text(error, 'message') } : undefined;
  } catch {
    return undefined;
  }
}
