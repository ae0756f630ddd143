/** Buttons that copy what `data-copy` says; without JavaScript they are not there. */

const saidMs = 2000;

export function startCopying(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    const text = button.textContent;
    button.hidden = false;
    // The width of the longer word, so that nothing moves.
    button.style.minWidth = `${button.offsetWidth + 8}px`;
    button.addEventListener('click', async () => {
      const isCopied = await copy(button.dataset.copy ?? '');
      button.textContent = isCopied ? 'Copied' : 'Not allowed';
      say(isCopied ? 'Copied.' : 'The browser does not allow copying here.');
      setTimeout(() => {
        button.textContent = text;
      }, saidMs);
    });
  }
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain HTTP from another machine there is no clipboard; the old command still works.
    return copyFromField(text);
  }
}

function copyFromField(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}

function say(sentence: string): void {
  const place = document.getElementById('said');
  if (place !== null) place.textContent = sentence;
}
