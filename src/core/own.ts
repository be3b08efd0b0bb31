/**
 * What a table has under a key that somebody else chose; undefined for what it merely inherits, such as `constructor`.
 */
export function ownValue<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
