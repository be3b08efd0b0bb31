import type { Activity } from '../activity/activity.ts';
import { type Known, type PersonRow, putRow } from './known.ts';

const MAX_NAME = 200;
const MAX_EMAIL = 320;
const MAX_EMAILS = 20;

/** The kinds whose metadata says who a person is: `name`, `emails`, `time_zone`. */
export function describesPerson(activity: Activity): boolean {
  return activity.kind.name === 'register' || activity.kind.name === 'profile_update';
}

/** Enters a person's own words about themselves: later ones replace, earlier ones fill what is still empty. */
export function resolvePerson(activity: Activity, at: number, known: Known): void {
  const before = known.people.byKey.get(activity.actor);
  const said = profileOf(activity.metadata);
  if (before === undefined) {
    putRow(known.people, activity.actor, {
      id: activity.actor,
      ...said,
      traits: {},
      settings: {},
      createdAt: at,
      updatedAt: at,
    });
    return;
  }
  const later = at >= before.updatedAt;
  const [first, second] = later ? [said, before] : [before, said];
  putRow(known.people, activity.actor, {
    ...before,
    name: first.name ?? second.name,
    emails: first.emails.length > 0 ? first.emails : second.emails,
    timeZone: first.timeZone ?? second.timeZone,
    createdAt: Math.min(before.createdAt, at),
    updatedAt: Math.max(before.updatedAt, at),
  });
}

function profileOf(metadata: Readonly<Record<string, unknown>>): Pick<PersonRow, 'name' | 'emails' | 'timeZone'> {
  const { name, emails, time_zone: timeZone } = metadata;
  return {
    name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, MAX_NAME).toWellFormed() : null,
    emails: Array.isArray(emails) ? emails.filter(isEmail).slice(0, MAX_EMAILS) : [],
    timeZone: typeof timeZone === 'string' && isTimeZone(timeZone) ? timeZone : null,
  };
}

function isEmail(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_EMAIL && /^[^\s@]+@[^\s@]+$/u.test(value);
}

/** Asking costs as much as writing ten activities; a name once found is found again. */
const foundZones = new Set<string>();
const MAX_FOUND_ZONES = 1_000;

function isTimeZone(name: string): boolean {
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
