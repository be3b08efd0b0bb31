import canonicalize from 'canonicalize';

/**
 * The canonical text (RFC 8785) of a JSON value: equal values give equal bytes. Most objects have their keys in order
 * already; then the plain text is the canonical one, at a fraction of the price.
 *
 * @throws TypeError for what has none: undefined, functions. @throws Error for numbers that are not finite.
 */
export function canonicalJson(value: unknown): string {
  const text = isInOrder(value) ? JSON.stringify(value) : canonicalize(value);
  if (text === undefined) {
    throw new TypeError('Only JSON values have a canonical form');
  }
  return text;
}

function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) {
    return typeof value !== 'number' || Number.isFinite(value);
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
