/** Copies a text, and says for a moment that it did. */
import { useEffect, useState } from 'react';
import { copyText } from './copy-text.ts';
import { Icon } from './icon.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, such as "link". */
  readonly what: string;
}

const saidMs = 2000;

export function CopyButton({ text, what }: CopyButtonProps) {
  const [said, setSaid] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), saidMs);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <button
      type="button"
      className="button small copy-button"
      aria-label={`Copy the ${what}`}
      onClick={() =>
        copyText(text).then(
          () => setSaid('copied'),
          () => setSaid('failed'),
        )
      }
    >
      <Icon name={said === 'copied' ? 'check' : 'copy'} />
      <span aria-live="polite">{wordsOf(said)}</span>
    </button>
  );
}

function wordsOf(said: 'copied' | 'failed' | undefined): string {
  if (said === undefined) return 'Copy';
  return said === 'copied' ? 'Copied' : 'Press Ctrl+C';
}
