/** What of a setting may be shown: never tokens, passwords, or the keys in announce URLs of private trackers. */

const mask = '****';
const secretName = /token$|password|passkey$|secret/i;
const secretParameter = /pass|key|token|auth|secret/i;

/** The value as it may stand on a screen. `key` is the option's name, `peer-timeout`. */
export function masked(key: string, text: string): string {
  if (secretName.test(key)) return text === '' ? '' : mask;
  return text.replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s,]+/gi, maskedUrl);
}

/** Works on the text rather than on a parsed URL, so that what is no URL hides its password too. */
function maskedUrl(url: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/i.exec(url) ?? [];
  const question = rest.indexOf('?');
  const place = question === -1 ? rest : rest.slice(0, question);
  const query = question === -1 ? '' : rest.slice(question);
  // A password may hold anything, also a slash that somebody forgot to escape.
  const login = place.lastIndexOf('@');
  const user = login === -1 ? '' : maskedLogin(place.slice(0, login));
  const path = place
    .slice(login + 1)
    .split('/')
    .map((part, index) => (index > 0 && isPassKey(part) ? mask : part))
    .join('/');
  const parameters = query.replaceAll(/([?&])([^=&]*)=([^&]*)/g, (whole, before, name) =>
    secretParameter.test(name) ? `${before}${name}=${mask}` : whole,
  );
  return scheme + user + path + parameters;
}

function maskedLogin(login: string): string {
  const colon = login.indexOf(':');
  return colon === -1 ? `${login}@` : `${login.slice(0, colon)}:${mask}@`;
}

/** Long, of letters and digits alone, and with both. */
function isPassKey(part: string): boolean {
  return /^[0-9a-z]{16,}$/i.test(part) && /\d/.test(part) && /[a-z]/i.test(part);
}
