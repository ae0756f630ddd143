/** The password of HTTP Basic (RFC 7617, section 2); the user's name counts for nothing here. */
export function basicPassword(authorization: string | undefined): string | undefined {
  const encoded = /^Basic +([a-z0-9+/_-]+={0,2}) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
}
