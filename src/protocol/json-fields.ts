/**
 * Reading fields of JSON that a stranger wrote. JSON.parse makes plain own properties of all names,
 * `__proto__` too, and does not recurse; a field is taken only when it has the form asked for.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Undefined when the text is no JSON or its value no object. */
export function jsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when `value` is no object, or has no such field, or one that is no string. */
export function stringField(value: unknown, name: string): string | undefined {
  if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
  const field = value[name];
  return typeof field === 'string' ? field : undefined;
}

/** Undefined for anything but a finite number from 0; parts of a byte are dropped. */
export function wholeBytes(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
  return Math.floor(value);
}

/** 20 characters, each of which stands for a byte. */
export function isBinary20(value: unknown): value is string {
  if (typeof value !== 'string' || value.length !== 20) return false;
  for (let i = 0; i < 20; i++) if (value.charCodeAt(i) > 0xff) return false;
  return true;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
