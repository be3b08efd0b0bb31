import type { ClientBase } from 'pg';
import type { Activity } from '../../activity/activity.ts';
import type { Signal } from '../../activity/fold-row.ts';
import { parseReference, type Reference, referenceTo } from '../../activity/reference.ts';
import { AppError } from '../../core/errors.ts';
import type { Known } from './known.ts';
import { connectionSignals, withConnectionSignals } from './resolve-connection.ts';

/** The ids that old ids stand for now. */
export type Aliases = ReadonlyMap<string, string>;

export const NO_ALIASES: Aliases = new Map();

/** Which of these ids are old ones. The append lock must be held. */
async function readAliases(client: ClientBase, ids: ReadonlySet<string>): Promise<Aliases> {
  const { rows } = await client.query<{ old_id: string; new_id: string }>(
    'SELECT old_id, new_id FROM person_alias WHERE old_id = ANY($1::text[])',
    [[...ids]],
  );
  return new Map(rows.map((row) => [row.old_id, row.new_id]));
}

/** Which of the people that these activities name have another id by now. */
export function aliasesIn(client: ClientBase, activities: readonly Activity[]): Promise<Aliases> {
  return readAliases(client, new Set(activities.flatMap(peopleIn)));
}

function peopleIn({ actor, target, object, describes }: Activity): string[] {
  const person = object === null ? undefined : personIn(object);
  return [actor, target, person, describes?.author].filter((id) => id !== null && id !== undefined);
}

function personIn(reference: Reference): string | undefined {
  const parts = parseReference(reference);
  return parts?.type === 'user' ? parts.id : undefined;
}

/**
 * The activity as one of the people that its ids stand for now. What was sent stays what it is. The old id that an
 * `alias` speaks of stays too.
 */
export function renamedActivity(activity: Activity, aliases: Aliases): Activity {
  if (!peopleIn(activity).some((id) => aliases.has(id))) {
    return activity;
  }
  const { actor, describes } = activity;
  const author = describes?.author;
  const renamed = {
    ...activity,
    actor: aliases.get(actor) ?? actor,
    describes: author === undefined ? describes : { ...describes, author: aliases.get(author) ?? author },
  };
  if (activity.kind.name === 'alias') {
    return renamed;
  }
  const { target, object } = activity;
  return { ...renamed, target: nameOf(target, aliases), object: renamedReference(object, aliases) };
}

/** What nobody can do to themselves, done by one id of a person to another. */
export function refusedAsSelf({ kind, actor, target, object }: Activity): AppError | undefined {
  const social = kind.needs.includes('person') || kind.needs.includes('object');
  const self = target === actor || object === referenceTo('user', actor);
  return social && self && kind.name !== 'alias'
    ? new AppError('ACTIVITY_INVALID', 'target_user_id: must be somebody else, and is another id of the same person')
    : undefined;
}

export function renamedReference<R extends Reference | null>(reference: R, aliases: Aliases): R | Reference {
  const person = reference === null ? undefined : personIn(reference);
  const renamed = person === undefined ? undefined : aliases.get(person);
  return renamed === undefined ? reference : referenceTo('user', renamed);
}

export function renamedSignal(signal: Signal, aliases: Aliases): Signal {
  const { person, target, author } = signal;
  return {
    ...signal,
    person: aliases.get(person) ?? person,
    target: nameOf(target, aliases),
    author: nameOf(author, aliases),
  };
}

function nameOf(id: string | null, aliases: Aliases): string | null {
  return id === null ? null : (aliases.get(id) ?? id);
}

/**
 * Gives the people of everything that may be taken back the ids that they have now: the edges that it counts on are
 * theirs by now.
 */
export async function renameKnown(client: ClientBase, known: Known): Promise<void> {
  const rows = [...known.standing.byKey];
  const signals = rows.flatMap(([, row]) => (row.fact === 'connection' ? connectionSignals(row) : (row.signal ?? [])));
  const earlier = [...known.earlier];
  const ids = [
    ...signals.flatMap(({ person, target, author }) => [person, target, author]),
    ...earlier.flatMap(([, part]) => [part.actorId, part.targetId, part.authorId]),
  ].filter((id) => id !== null);
  if (ids.length === 0) {
    return;
  }
  const aliases = await readAliases(client, new Set(ids));
  if (aliases.size === 0) {
    return;
  }
  const rename = (signal: Signal): Signal => renamedSignal(signal, aliases);
  for (const [key, row] of rows) {
    known.standing.byKey.set(
      key,
      row.fact === 'connection'
        ? withConnectionSignals(row, rename)
        : { ...row, signal: row.signal === null ? null : rename(row.signal) },
    );
  }
  for (const [uid, part] of earlier) {
    known.earlier.set(uid, {
      ...part,
      actorId: nameOf(part.actorId, aliases),
      targetId: nameOf(part.targetId, aliases),
      authorId: nameOf(part.authorId, aliases),
      object: renamedReference(part.object, aliases),
    });
  }
}
