/**
 * The parameters of a request in qBittorrent's Web API: of the query, of a urlencoded body, or of the
 * fields of a multipart one. Values are text; what is empty counts as given. Every complaint is a
 * DaemonRefusal that names the parameter.
 */
import { DaemonRefusal } from '../service/refusal.ts';

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export class Form {
  readonly #values: ReadonlyMap<string, string>;
  readonly files: readonly UploadedFile[];

  constructor(values: ReadonlyMap<string, string>, files: readonly UploadedFile[] = []) {
    this.#values = values;
    this.files = files;
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  required(name: string): string {
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    throw new DaemonRefusal('BAD_REQUEST', `The parameter ${name} is missing`, { field: name });
  }

  /** `true` and `false`, in any case; also `1` and `0`. Undefined when it is absent or empty. */
  flag(name: string): boolean | undefined {
    const value = this.#values.get(name)?.toLowerCase();
    if (value === undefined || value === '') return undefined;
    if (value === 'true' || value === '1') return true;
    if (value === 'false' || value === '0') return false;
    throw new DaemonRefusal('BAD_REQUEST', `${name} is true or false`, { field: name });
  }

  /** Undefined when it is absent or empty. */
  number(name: string): number | undefined {
    const value = this.#values.get(name)?.trim();
    if (value === undefined || value === '') return undefined;
    const number = Number(value);
    if (Number.isFinite(number)) return number;
    throw new DaemonRefusal('BAD_REQUEST', `${name} is a number`, { field: name });
  }

  /** Without what is empty. */
  list(name: string, separator: string | RegExp): string[] {
    const value = this.#values.get(name) ?? '';
    return value
      .split(separator)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
}
