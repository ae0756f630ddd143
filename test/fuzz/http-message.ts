/**
 * Requests as text for mutation: a request line without a version, headers, an empty line, the body; lines
 * end with \n. What cannot be sent over HTTP is left out when it is read, since the server's parser is
 * fuzzed elsewhere.
 */

export interface HttpMessage {
  readonly method: string;
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  /** Latin-1. */
  readonly body: string;
}

/** Of samples; a body gets the media type. */
export function message(line: string, body = '', mediaType = 'application/json'): string {
  return body === '' ? `${line}\n\n` : `${line}\nContent-Type: ${mediaType}\n\n${body}`;
}

const tokenForm = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** They decide how the message is cut, or that it is another one. */
const notMutated =
  /^(?:connection|upgrade|transfer-encoding|content-length|expect|trailer|te|host)$/i;

export function readMessage(text: string): HttpMessage {
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const [line = '', ...lines] = head.split('\n');
  const [method = '', ...path] = line.split(' ');
  const headers = new Map<string, string>();
  for (const one of lines) {
    const colon = one.indexOf(':');
    const name = one.slice(0, Math.max(0, colon));
    if (!tokenForm.test(name) || notMutated.test(name)) continue;
    headers.set(
      name.toLowerCase(),
      one
        .slice(colon + 1)
        .trim()
        .replace(/[^\t\x20-\x7e\x80-\xff]/g, ''),
    );
  }
  const asked = path.join('%20').replace(/[^\x21-\x7e\x80-\xff]/g, '');
  // The server's parser refuses such a path before it knows of the HEAD, and sends a body then.
  const isHeadless = method === 'HEAD' && /[\x80-\xff]/.test(asked);
  return {
    method: knownMethods.has(method) && !isHeadless ? method : 'GET',
    path: `/${asked.replace(/^\/+/, '')}`,
    headers,
    body: end < 0 ? '' : text.slice(end + 2),
  };
}

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY']);
