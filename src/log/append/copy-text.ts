import { canonicalJson } from '../../core/canonical-json.ts';

/**
 * Values as COPY's text format has them. Equal values have equal texts and different values different ones, so that the
 * same text is written and committed to.
 */

/** What stands between two fields. Text never holds it: a tab within is escaped. */
const BETWEEN = '\t';
/** SQL's null. Text that reads `\N` has its backslash doubled, so null cannot be mistaken. */
const NULL = '\\N';

const NEEDS_ESCAPE = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character) : text;
}

export function copyText(value: string | null): string {
  return value === null ? NULL : escaped(value);
}

export function copyNumber(value: number | null): string {
  return value === null ? NULL : String(value);
}

export function copyBoolean(value: boolean): string {
  return value ? 't' : 'f';
}

/** Bytes, given in hex. */
export function copyBytes(hex: string): string {
  return `\\\\x${hex}`;
}

export function copyJson(value: unknown): string {
  return value === null ? NULL : escaped(canonicalJson(value));
}

export function copyTextArray(values: readonly string[] | null): string {
  if (values === null) {
    return NULL;
  }
  const quoted = values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`);
  return escaped(`{${quoted.join(',')}}`);
}

const DAY_MS = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const THREE_DIGITS = Array.from({ length: 1_000 }, (_, value) => String(value).padStart(3, '0'));

let lastTime = { ms: Number.NaN, text: '' };
let lastDay = { start: Number.NaN, text: '' };

/** A time in milliseconds since the epoch. The same one often comes several times in a row. */
export function copyTime(ms: number | null): string {
  if (ms === null) {
    return NULL;
  }
  if (lastTime.ms !== ms) {
    lastTime = { ms, text: timeText(ms) };
  }
  return lastTime.text;
}

/** ISO 8601 in UTC. Times come day by day; the date is written out once a day. */
function timeText(ms: number): string {
  if (!Number.isInteger(ms)) {
    // Never written; a row that was tampered with may hold one, and must not look like its whole millisecond.
    return `${ms} ms`;
  }
  if (!(ms >= lastDay.start && ms < lastDay.start + DAY_MS)) {
    const start = Math.floor(ms / DAY_MS) * DAY_MS;
    lastDay = { start, text: new Date(start).toISOString().slice(0, -'00:00:00.000Z'.length) };
  }
  const inDay = ms - lastDay.start;
  const seconds = Math.floor(inDay / 1_000);
  const minutes = Math.floor(seconds / 60);
  return `${lastDay.text}${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}.${THREE_DIGITS[inDay % 1_000]}Z`;
}

export function copyFields(fields: readonly string[]): string {
  return fields.join(BETWEEN);
}
