/** Puts text on the clipboard. Rejects with a sentence where the browser does not let the page do so. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages over plain HTTP on a network have no clipboard; there a selection is copied the old way.
    if (!copySelected(text)) {
      throw new Error('The browser does not let this page copy. Select the text instead.');
    }
  }
}

function copySelected(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  return isCopied;
}
