import { canonicalJson } from '../../activity/activity.ts';

/**
 * The canonical text (RFC 8785) of a JSON value. Most objects have their keys in order already; then the plain text is
 * the canonical one, at a fraction of the price.
 */
export function canonicalText(value: unknown): string {
  return isInOrder(value) ? JSON.stringify(value) : canonicalJson(value);
}

function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) {
    return true;
  }
  if (Array.isArray(value)) {
    return value.every(isInOrder);
  }
  let previous = '';
  const object = value as Readonly<Record<string, unknown>>;
  for (const key in object) {
    if (previous > key || !isInOrder(object[key])) {
      return false;
    }
    previous = key;
  }
  return true;
}
