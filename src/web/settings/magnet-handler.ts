/** This page as what the browser opens magnet links with. */

export function canTakeMagnets(): boolean {
  return isSecureContext && 'registerProtocolHandler' in navigator;
}

/** Whether the browser took the wish; it may still ask the person. */
export function takeMagnets(): boolean {
  try {
    navigator.registerProtocolHandler('magnet', `${location.origin}/#/get?source=%s`);
    return true;
  } catch {
    return false;
  }
}
