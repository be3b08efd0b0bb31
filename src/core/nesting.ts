/**
 * Whether a value of JSON has more than `levels` objects and arrays inside each other. Asked before such a value is
 * written or walked: both need a stack frame a level, and a body may hold millions of brackets.
 */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
