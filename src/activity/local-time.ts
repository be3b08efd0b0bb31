import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/clock.ts';

/** What clock and calendar of a place show. */
export interface LocalTime {
  /** 0 to 23. */
  readonly hour: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** Number of the calendar day, counted from 1 January 1970. */
  readonly day: number;
}

/** Clocks are set by quarters of an hour and at such moments, so that within one nothing but the minute differs. */
const QUARTER_MS = 15 * MINUTE_MS;
/** 1 January 1970 was a Thursday. */
const FIRST_WEEKDAY = 3;

/**
 * Tells the local time of moments (milliseconds) in a time zone (IANA), whatever its clock was set to then. A zone that
 * is not known here is taken as UTC. Asking the calendar costs a microsecond or two, so each quarter is asked for once.
 */
export function localTimes(timeZone: string): (at: number) => LocalTime {
  const format = formatOf(timeZone);
  const known = new Map<number, LocalTime>();
  return (at) => {
    const quarter = Math.floor(at / QUARTER_MS);
    const found = known.get(quarter) ?? readLocalTime(format, quarter * QUARTER_MS);
    known.set(quarter, found);
    return found;
  };
}

/** Asking costs as much as writing ten activities; a name once found is found again. */
const foundZones = new Set<string>();
const MAX_FOUND_ZONES = 1_000;

/** Whether a name is that of a time zone (IANA), as in Europe/Berlin. */
export function isTimeZone(name: string): boolean {
  if (foundZones.has(name)) {
    return true;
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  if (foundZones.size < MAX_FOUND_ZONES) {
    foundZones.add(name);
  }
  return true;
}

/** The calendar day of a number of days since 1 January 1970, as in 2026-01-31. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Making one costs half a millisecond. */
const formats = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATS = 600;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format = formats.get(timeZone) ?? newFormatOf(timeZone);
  if (formats.size < MAX_FORMATS) {
    formats.set(timeZone, format);
  }
  return format;
}

function newFormatOf(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-u-ca-gregory', { ...parts, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-u-ca-gregory', { ...parts, timeZone: 'UTC' });
  }
}

function readLocalTime(format: Intl.DateTimeFormat, at: number): LocalTime {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const local = Date.UTC(number('year'), number('month') - 1, number('day')) + number('hour') * HOUR_MS;
  const day = Math.floor(local / DAY_MS);
  return { hour: number('hour'), day, weekday: (((day + FIRST_WEEKDAY) % 7) + 7) % 7 };
}
