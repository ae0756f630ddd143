/**
 * Text from torrents, peers and trackers as it may be shown on a terminal: nothing in it moves the
 * cursor, changes colours or turns the direction of what follows.
 */
const unsafe = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]|\p{Cs}/gu;

/** Each character that a terminal would obey rather than show becomes U+FFFD. */
export function visibleText(text: string): string {
  return text.replace(unsafe, '\ufffd');
}
