/** The name under which a browser saves a file (RFC 6266, with RFC 8187 for what is not ASCII). */
import { safeName } from '../../protocol/safe-path.ts';

/** A Content-Disposition header of a .torrent. */
export function attachmentOf(torrentName: string): string {
  return disposition('attachment', `${safeName(torrentName)}.torrent`);
}

/** A Content-Disposition header; holds no control character, quote or path, whatever the name is. */
export function disposition(kind: 'attachment' | 'inline', untrustedName: string): string {
  const name = safeName(untrustedName);
  const plain = name.replace(/[^A-Za-z0-9 ._()+,=@-]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
