/** What a person may mean by a reference to an entry, in the order in which the meanings are tried. */

export type RefAttempt =
  | { readonly by: 'id'; readonly id: number }
  /** 40 or 64 lower-case digits. */
  | { readonly by: 'infoHash'; readonly hex: string }
  | { readonly by: 'name'; readonly name: string };

/** Names are at most 255 bytes, so nothing longer can be one. */
const maxNameUnits = 255;

/** A name may look like a number or a hash, so that the name is tried last for these too. */
export function parseRef(ref: string): RefAttempt[] {
  const attempts: RefAttempt[] = [];
  if (/^[0-9]{1,15}$/.test(ref)) attempts.push({ by: 'id', id: Number(ref) });
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref)) {
    attempts.push({ by: 'infoHash', hex: ref.toLowerCase() });
  }
  const isName =
    ref !== '' && ref.length <= maxNameUnits && !ref.includes('\0') && ref.isWellFormed();
  if (isName) attempts.push({ by: 'name', name: ref });
  return attempts;
}
