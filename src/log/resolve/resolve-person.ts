import type { Activity } from '../../activity/activity.ts';
import { isTimeZone } from '../../activity/local-time.ts';
import { isLater, type Known, type PersonRow, type ProfileField, putRow, type Stamp } from './known.ts';

const MAX_NAME = 200;
const MAX_EMAIL = 320;
const MAX_EMAILS = 20;
const MAX_TRAITS = 100;
const MAX_TRAIT_NAME = 100;

/**
 * The kinds whose metadata says who a person is: `name`, `emails`, `time_zone`, `traits`, and in `settings` whether they are kept
 * out of "people you know liked this" (`hide_from_social_proof`).
 */
export function describesPerson(activity: Activity): boolean {
  return activity.kind.name === 'register' || activity.kind.name === 'profile_update';
}

/**
 * Enters a person's own words about themselves. Each field keeps its last word by (time, uid), so that they may arrive
 * in any order; a field that is not given says nothing, one that is null is taken away.
 */
export function resolvePerson(activity: Activity, word: Stamp, known: Known): void {
  const { at } = word;
  const before = known.people.byKey.get(activity.actor) ?? unknownPerson(activity.actor, at);
  const said = profileOf(activity.metadata);
  const words: Partial<Record<ProfileField, Stamp>> = { ...before.words };
  const last = <Value>(field: ProfileField, stated: Value | undefined, current: Value): Value => {
    if (stated === undefined || !isLater(word, words[field])) {
      return current;
    }
    words[field] = word;
    return stated;
  };
  const { hide_from_social_proof: hidden = null, ...settings } = settingsOf(before.settings);
  const hides = last('hideFromSocialProof', said.hideFromSocialProof, hidden);
  const traits: Record<string, unknown> = { ...before.traits };
  for (const [trait, value] of said.traits) {
    const field = `trait:${trait}` as const;
    const room = words[field] !== undefined || traitsSpokenOf(words) < MAX_TRAITS;
    if (room && last<unknown>(field, { value }, null) !== null) {
      traits[trait] = value;
    }
  }
  putRow(known.people, activity.actor, {
    ...before,
    name: last('name', said.name, before.name),
    emails: last('emails', said.emails, before.emails),
    timeZone: last('timeZone', said.timeZone, before.timeZone),
    traits: withoutNull(traits),
    settings: hides === null ? settings : { ...settings, hide_from_social_proof: hides },
    createdAt: Math.min(before.createdAt, at),
    updatedAt: Math.max(before.updatedAt, at),
    words,
  });
}

function unknownPerson(id: string, at: number): PersonRow {
  return {
    id,
    name: null,
    emails: [],
    timeZone: null,
    traits: {},
    settings: {},
    createdAt: at,
    updatedAt: at,
    words: {},
  };
}

interface Profile {
  readonly name: string | null | undefined;
  readonly emails: readonly string[] | undefined;
  readonly timeZone: string | null | undefined;
  readonly hideFromSocialProof: boolean | null | undefined;
  /** A trait that is null is taken away. */
  readonly traits: readonly (readonly [name: string, value: unknown])[];
}

/** What metadata says of each field: null takes it away; undefined where it says nothing that can be used. */
function profileOf(metadata: Readonly<Record<string, unknown>>): Profile {
  const { name, emails, time_zone: timeZone, settings, traits } = metadata;
  const addresses = Array.isArray(emails) ? emails.filter(isEmail).slice(0, MAX_EMAILS) : [];
  const { hide_from_social_proof: hides } = settingsOf(settings);
  return {
    name:
      typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, MAX_NAME).toWellFormed() : cleared(name),
    emails: addresses.length > 0 || isEmpty(emails) ? addresses : undefined,
    timeZone: typeof timeZone === 'string' && isTimeZone(timeZone) ? timeZone : cleared(timeZone),
    hideFromSocialProof: typeof hides === 'boolean' ? hides : cleared(hides),
    traits: Object.entries(settingsOf(traits)).filter(([trait]) => trait.length <= MAX_TRAIT_NAME),
  };
}

function cleared(value: unknown): null | undefined {
  return value === null ? null : undefined;
}

function isEmpty(list: unknown): boolean {
  return list === null || (Array.isArray(list) && list.length === 0);
}

/** A trait that was taken away keeps its last word, so these are bounded and not the traits. */
function traitsSpokenOf(words: PersonRow['words']): number {
  return Object.keys(words).filter((field) => field.startsWith('trait:')).length;
}

function withoutNull(traits: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== null));
}

interface Settings {
  readonly hide_from_social_proof?: unknown;
  readonly [setting: string]: unknown;
}

function settingsOf(value: unknown): Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function isEmail(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_EMAIL && /^[^\s@]+@[^\s@]+$/u.test(value);
}
