/** Notifications of the system when a download is complete, for who wants them. The wish is kept in this browser. */
import type { Notice } from '../../api/contract/torrents.ts';
import { displayText } from '../../base/display-text.ts';

const key = 'shoal-notify';

export function canNotify(): boolean {
  return isSecureContext && 'Notification' in window;
}

export function isNotifying(): boolean {
  return canNotify() && Notification.permission === 'granted' && readWish();
}

/** Whether it is so from now on; asks the person when the browser has to. */
export async function setNotifying(wanted: boolean): Promise<boolean> {
  try {
    if (wanted) localStorage.setItem(key, 'yes');
    else localStorage.removeItem(key);
  } catch {
    return false;
  }
  if (!wanted || !canNotify()) return false;
  return (await Notification.requestPermission()) === 'granted';
}

/** For every notice of the daemon. */
export function noteCompletion({ kind, message, hash }: Notice): void {
  if (kind !== 'completed' || !isNotifying() || document.hasFocus()) return;
  const note = new Notification('Download complete', {
    body: displayText(message, 200),
    tag: hash ?? 'shoal',
    icon: '/icon.svg',
  });
  note.addEventListener('click', () => window.focus());
}

function readWish(): boolean {
  try {
    return localStorage.getItem(key) === 'yes';
  } catch {
    return false;
  }
}
