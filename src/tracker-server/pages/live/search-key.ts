/** `/` goes to the search field, Escape leaves it. */

export function startSearchKey(): void {
  const input = document.querySelector<HTMLInputElement>('#search');
  if (input === null) return;
  const hint = document.querySelector<HTMLElement>('.search kbd');
  if (hint !== null) hint.hidden = false;
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !isTyping(event)) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if (event.key === 'Escape' && document.activeElement === input) {
      input.blur();
    }
  });
}

function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
