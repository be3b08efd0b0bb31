import { type Queryable, readPrepared } from '../../log/database.ts';
import { type Algorithm, algorithmSchema } from './algorithm.ts';

/** Fields of an algorithm with other values: objects within say only what they change, everything else is replaced. */
export type Overlay = { readonly [field: string]: unknown };

/**
 * An algorithm with the numbers that tuning last chose for it; as its file has it when nothing was chosen, or when the file
 * has changed so that what was chosen does not fit it any more.
 *
 * @throws AppError `LOG_UNAVAILABLE`
 */
export async function withTuning(database: Queryable, algorithm: Algorithm): Promise<Algorithm> {
  const [row] = await readPrepared<{ overlay: Overlay }>(
    database,
    'SELECT overlay FROM tuned_algorithm WHERE algorithm = $1 AND active',
    [algorithm.name],
  );
  return row === undefined ? algorithm : (overlaid(algorithm, row.overlay) ?? algorithm);
}

/** The algorithm with the overlay's values in place of its own; undefined when that is no algorithm. */
export function overlaid(algorithm: Algorithm, overlay: Overlay): Algorithm | undefined {
  const { success, data } = algorithmSchema.safeParse(merged(algorithm, overlay));
  // What an overlay may not do is to give itself out for another algorithm.
  return success && data.name === algorithm.name ? data : undefined;
}

/** `over` laid over `under`, field by field. */
export function merged(under: unknown, over: unknown): unknown {
  if (!isObject(under) || !isObject(over)) {
    return over;
  }
  const fields = Object.entries(over).map(([field, value]) => [field, merged(under[field], value)] as const);
  return { ...under, ...Object.fromEntries(fields) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
