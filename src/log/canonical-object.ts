import { canonicalJson } from '../activity/activity.ts';

/**
 * The canonical text (RFC 8785) of an object. Most metadata is flat with its keys in order already; then the plain
 * text is the canonical one, at a tenth of the price.
 */
export function canonicalObject(object: Readonly<Record<string, unknown>>): string {
  let previous: string | undefined;
  for (const key of Object.keys(object)) {
    if (typeof object[key] === 'object' || (previous !== undefined && previous > key)) {
      return canonicalJson(object);
    }
    previous = key;
  }
  return JSON.stringify(object);
}
