import { z } from 'zod';
import { MAX_ID_LENGTH } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';

/** Query parameters by name, checked with `schema`; unknown and repeated ones are refused rather than ignored. */
export function readQuery<S extends z.ZodType>(request: Request, schema: S): z.output<S> {
  const { searchParams } = new URL(request.url);
  const names = [...searchParams.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new AppError('REQUEST_MALFORMED', `${shown(repeated)}: must be given once.`);
  }
  const parsed = schema.safeParse(Object.fromEntries(searchParams));
  if (!parsed.success) {
    throw new AppError('REQUEST_MALFORMED', parsed.error.issues.map(sentence).join('; '));
  }
  return parsed.data;
}

/** A whole number written in decimal digits. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int(`must be a whole number from ${min} to ${max}`).min(min).max(max));

export const idParameter = z
  .string()
  .min(1)
  .max(MAX_ID_LENGTH)
  .regex(/^\P{Cc}+$/u, 'must not hold control characters')
  .refine((id) => id.isWellFormed(), 'must not hold unpaired surrogate characters')
  .meta({ examples: ['ann'] });

const EARLIEST = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** ISO 8601 with offset or Z; as a moment in UTC within the years that are written with four digits. */
export const timeParameter = z.iso
  .datetime({ offset: true, message: 'must be a time as in 2026-11-01T12:00:00Z' })
  .refine(
    (value) => Date.parse(value) >= EARLIEST && Date.parse(value) <= LATEST,
    'must be within the years 1 to 9999 (UTC)',
  )
  .meta({ examples: ['2026-11-01T12:00:00Z'] });

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `${issue.keys.map(shown).join(', ')}: there is no such parameter`;
  }
  return `${issue.path.join('.')}: ${issue.message}`;
}

/** Names come from outside and go into an answer: kept short and well-formed. */
function shown(name: string): string {
  return name.slice(0, 60).toWellFormed();
}
