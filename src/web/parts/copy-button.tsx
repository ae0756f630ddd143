/** Copies a text, and says for a moment that it did. */
import { useEffect, useState } from 'react';
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
      onClick={async () => setSaid((await copyText(text)) ? 'copied' : 'failed')}
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

/** Pages over plain HTTP on a network have no clipboard; there a selection is copied the old way. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'unseen';
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    return isCopied;
  }
}
