/** An observable value that this browser keeps; where storage is forbidden it lasts as long as the page. */
import { Observable } from './observable.ts';

/** `read` gives undefined for what it cannot use: what is stored may be of an older page. */
export function keptObservable<T>(
  key: string,
  usual: T,
  read: (stored: unknown) => T | undefined,
): Observable<T> {
  const name = `shoal-${key}`;
  const observable = new Observable(load(name, read) ?? usual);
  observable.subscribe(() => {
    try {
      localStorage.setItem(name, JSON.stringify(observable.get()));
    } catch {}
  });
  return observable;
}

function load<T>(name: string, read: (stored: unknown) => T | undefined): T | undefined {
  try {
    const text = localStorage.getItem(name);
    return text === null ? undefined : read(JSON.parse(text));
  } catch {
    return undefined;
  }
}
