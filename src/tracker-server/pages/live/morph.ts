/**
 * Makes a part of the page equal to a newer one while keeping its elements: focus, selection, scroll
 * position and open details survive. Elements with `data-key` are recognised by it, others by place.
 */

export interface MorphOptions {
  /** Rows stay where they are, and none comes or goes, while somebody is about to click one. */
  readonly keepsOrder: boolean;
}

export function morph(from: Element, to: Element, options: MorphOptions): void {
  copyAttributes(from, to);
  if (
    options.keepsOrder &&
    from.tagName === 'TBODY' &&
    keyOf(from.firstElementChild) !== undefined
  ) {
    refreshRows(from, to, options);
  } else {
    morphChildren(from, to, options);
  }
}

function copyAttributes(from: Element, to: Element): void {
  for (const { name, value } of [...to.attributes]) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of [...from.attributes]) {
    // Whether details are open is the reader's own choice.
    if (name !== 'open' && !to.hasAttribute(name)) from.removeAttribute(name);
  }
}

function morphChildren(from: Element, to: Element, options: MorphOptions): void {
  const keyed = childrenByKey(from);
  const seen = new Set<Node>();
  let cursor = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = keyOf(wanted);
    const found = key === undefined ? unkeyed(cursor, wanted) : keyed.get(key);
    const node = found ?? document.importNode(wanted, true);
    if (node === cursor) cursor = cursor.nextSibling;
    else from.insertBefore(node, cursor);
    seen.add(node);
    if (found === undefined) continue;
    if (found instanceof Element && wanted instanceof Element) morph(found, wanted, options);
    else if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
  }
  for (const node of [...from.childNodes]) if (!seen.has(node)) node.remove();
}

function unkeyed(cursor: ChildNode | null, wanted: Node): ChildNode | undefined {
  const fits = cursor?.nodeName === wanted.nodeName && keyOf(cursor) === undefined;
  return fits ? cursor : undefined;
}

function refreshRows(from: Element, to: Element, options: MorphOptions): void {
  const newer = childrenByKey(to);
  for (const row of [...from.children]) {
    const wanted = newer.get(keyOf(row) ?? '');
    if (wanted !== undefined) morph(row, wanted, options);
  }
}

function childrenByKey(parent: Element): Map<string, Element> {
  const found = new Map<string, Element>();
  for (const child of parent.children) {
    const key = keyOf(child);
    if (key !== undefined) found.set(key, child);
  }
  return found;
}

function keyOf(node: Node | null): string | undefined {
  return node instanceof HTMLElement ? node.dataset.key : undefined;
}
