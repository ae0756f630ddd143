/** The steps of an absolute path, each with the path that leads to it. */

export interface Crumb {
  readonly name: string;
  readonly path: string;
}

/** `/data/films` and `C:\films` alike; the first is the root. */
export function crumbsOf(path: string): Crumb[] {
  const separator = /^[a-z]:\\|^\\\\/i.test(path) ? '\\' : '/';
  const crumbs: Crumb[] = [];
  let at = 0;
  while (at < path.length) {
    const found = path.indexOf(separator, at);
    const end = found < 0 ? path.length : found;
    const isRoot = crumbs.length === 0;
    const name = path.slice(at, end);
    if (name !== '') crumbs.push({ name, path: path.slice(0, isRoot ? end + 1 : end) });
    else if (isRoot) crumbs.push({ name: separator, path: separator });
    at = end + 1;
  }
  return crumbs;
}

/** Those that the daemon would list: from the topmost allowed folder down. */
export function openCrumbs(path: string, tops: readonly string[]): Crumb[] {
  const crumbs = crumbsOf(path);
  const first = crumbs.findIndex((crumb) => tops.includes(crumb.path));
  if (first < 0) return crumbs.slice(-1);
  const [top, ...below] = crumbs.slice(first) as [Crumb, ...Crumb[]];
  return [{ name: top.path, path: top.path }, ...below];
}
