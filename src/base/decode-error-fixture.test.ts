/** What tests of codecs ask of a refusal. */
import assert from 'node:assert/strict';
import { DecodeError } from './decode-error.ts';

/** `read` throws a DecodeError of this code, and of no other kind. */
export function refuses(read: () => unknown, code: string, message = /./): void {
  assert.throws(read, (error) => {
    assert.ok(error instanceof DecodeError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}

/** `read` returns or throws a DecodeError. */
export function readsOrRefuses(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof DecodeError, String(error));
  }
}
