import { AppError } from '../../core/errors.ts';
import { type Fact, idIn, listIn, timeIn } from './facts.ts';
import { type DataFiles, type ReportFault, type Row, readLines } from './files.ts';
import { attempt } from './links.ts';
import { namesOf, parentOf, type TagNames, type TakeFact } from './tables.ts';

/** What one type of event carries after its time, dependency and type. */
interface EventType {
  readonly columns: readonly string[];
  fact(value: (column: string) => string, tags: (ids: readonly string[]) => string[]): Fact;
}

const HEAD = 3;

/**
 * The events of an update stream by their number (LDBC SNB Interactive v1). The order of columns is that of the
 * sample's data; membership names the forum first.
 */
const EVENTS: Readonly<Record<string, EventType>> = {
  '1': {
    columns: [
      'person',
      'firstName',
      'lastName',
      'gender',
      'birthday',
      'creationDate',
      'locationIP',
      'browserUsed',
      'city',
      'languages',
      'emails',
      'tags',
      'studyAt',
      'workAt',
    ],
    fact: (value, tags) => ({
      fact: 'person',
      id: idIn(value('person'), 'person'),
      name: `${value('firstName')} ${value('lastName')}`,
      at: timeIn(value('creationDate')),
      ip: value('locationIP'),
      browser: value('browserUsed'),
      emails: listIn(value('emails')),
      interests: tags(listIn(value('tags'))),
    }),
  },
  '2': likeOf('post'),
  '3': likeOf('comment'),
  '4': {
    columns: ['forum', 'title', 'creationDate', 'moderator', 'tags'],
    fact: (value, tags) => ({
      fact: 'forum',
      id: idIn(value('forum'), 'forum'),
      title: value('title'),
      at: timeIn(value('creationDate')),
      moderator: idIn(value('moderator'), 'moderator'),
      tags: tags(listIn(value('tags'))),
    }),
  },
  '5': {
    columns: ['forum', 'person', 'joinDate'],
    fact: (value) => ({
      fact: 'membership',
      forum: idIn(value('forum'), 'forum'),
      person: idIn(value('person'), 'person'),
      at: timeIn(value('joinDate')),
    }),
  },
  '6': {
    columns: [
      'post',
      'imageFile',
      'creationDate',
      'locationIP',
      'browserUsed',
      'language',
      'content',
      'length',
      'author',
      'forum',
      'place',
      'tags',
    ],
    fact: (value, tags) => ({
      fact: 'message',
      type: 'post',
      id: idIn(value('post'), 'post'),
      at: timeIn(value('creationDate')),
      ip: value('locationIP'),
      browser: value('browserUsed'),
      text: value('content') === '' ? value('imageFile') : value('content'),
      author: idIn(value('author'), 'author'),
      forum: idIn(value('forum'), 'forum'),
      replyTo: undefined,
      tags: tags(listIn(value('tags'))),
    }),
  },
  '7': {
    columns: [
      'comment',
      'creationDate',
      'locationIP',
      'browserUsed',
      'content',
      'length',
      'author',
      'place',
      'replyToPost',
      'replyToComment',
      'tags',
    ],
    fact: (value, tags) => ({
      fact: 'message',
      type: 'comment',
      id: idIn(value('comment'), 'comment'),
      at: timeIn(value('creationDate')),
      ip: value('locationIP'),
      browser: value('browserUsed'),
      text: value('content'),
      author: idIn(value('author'), 'author'),
      forum: undefined,
      replyTo: parentOf(parentIn(value('replyToPost')), parentIn(value('replyToComment'))),
      tags: tags(listIn(value('tags'))),
    }),
  },
  '8': {
    columns: ['person', 'friend', 'creationDate'],
    fact: (value) => ({
      fact: 'friendship',
      people: [idIn(value('person'), 'person'), idIn(value('friend'), 'friend')],
      at: timeIn(value('creationDate')),
    }),
  },
};

function likeOf(type: 'post' | 'comment'): EventType {
  return {
    columns: ['person', 'message', 'creationDate'],
    fact: (value) => ({
      fact: 'like',
      type,
      person: idIn(value('person'), 'person'),
      message: idIn(value('message'), type),
      at: timeIn(value('creationDate')),
    }),
  };
}

/** −1 stands for "not this one". */
function parentIn(text: string): string | undefined {
  return text === '-1' || text === '' ? undefined : idIn(text, 'replyTo');
}

/** Reads what came after the tables, one event a line: `time|dependency|type|…`. */
export async function readUpdateStreams(reading: {
  readonly files: DataFiles;
  readonly tags: TagNames;
  readonly take: TakeFact;
  readonly report: ReportFault;
}): Promise<void> {
  const { files, tags, take, report } = reading;
  for (const file of files.updateStreams) {
    for await (const row of readLines(files.dir, file)) {
      attempt(row, report, () => take(factIn(row, tags, report), row));
    }
  }
}

function factIn(row: Row, tags: TagNames, report: ReportFault): Fact {
  const type = row.fields[HEAD - 1] ?? '';
  const event = Object.hasOwn(EVENTS, type) ? EVENTS[type] : undefined;
  if (event === undefined) {
    throw new AppError('IMPORT_INVALID', `"${type.slice(0, 40)}" is no type of event; they are numbered 1 to 8`);
  }
  const width = HEAD + event.columns.length;
  if (row.fields.length !== width) {
    throw new AppError('IMPORT_INVALID', `has ${row.fields.length} fields, an event of type ${type} has ${width}`);
  }
  return event.fact(
    (column) => row.fields[HEAD + event.columns.indexOf(column)] ?? '',
    (ids) => namesOf(ids, row, tags, report),
  );
}
