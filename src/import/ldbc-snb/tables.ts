import { AppError } from '../../core/errors.ts';
import { type Fact, idIn, listIn, type MessageType, timeIn } from './facts.ts';
import { type DataFiles, type ReportFault, type Row, readTable } from './files.ts';
import { attempt, type Links, readLinks } from './links.ts';

/** Takes a fact with the row that it stands in. */
export type TakeFact = (fact: Fact, row: Row) => void;

/** Names of tags by id; a tag that has no name is reported with the row that speaks of it. */
export type TagNames = ReadonlyMap<string, string>;

/** What reading the tables needs beside the files. */
interface Reading {
  readonly files: DataFiles;
  readonly tags: TagNames;
  readonly take: TakeFact;
  readonly report: ReportFault;
}

/** Reads the names of tags; without them everything is imported without tags, and that is reported once. */
export async function readTagNames(files: DataFiles, report: ReportFault): Promise<TagNames> {
  const names = new Map<string, string>();
  for await (const row of readTable(files, 'static/tag', ['id', 'name'], report)) {
    attempt(row, report, ([id, name]) => void names.set(idIn(id, 'id'), name ?? ''));
  }
  if (names.size === 0) {
    report({ file: 'static/tag_0_0.csv', line: null, message: 'is missing: everything is imported without tags' });
  }
  return names;
}

/** The names of tags, given by id; unknown ones are reported and left out, the rest of the row counts. */
export function namesOf(ids: readonly string[], row: Row, tags: TagNames, report: ReportFault): string[] {
  if (tags.size === 0) {
    return [];
  }
  const unknown = ids.filter((id) => !tags.has(id));
  if (unknown.length > 0) {
    report({ file: row.file, line: row.line, message: `tags without a name are left out: ${unknown.join(', ')}` });
  }
  return ids.map((id) => tags.get(id)).filter((name) => name !== undefined);
}

/** Reads the folder `dynamic`: everything up to the moment at which the update streams begin. */
export async function readTables(reading: Reading): Promise<void> {
  await readPeople(reading);
  await readForums(reading);
  await readPosts(reading);
  await readComments(reading);
  await readLikes(reading, 'post');
  await readLikes(reading, 'comment');
}

async function readPeople({ files, tags, take, report }: Reading): Promise<void> {
  const interests = await readLinks(files, 'dynamic/person_hasInterest_tag', ['Person.id', 'Tag.id'], report);
  const columns = ['id', 'firstName', 'lastName', 'creationDate', 'locationIP', 'browserUsed', 'email'];
  for await (const row of readTable(files, 'dynamic/person', columns, report)) {
    attempt(row, report, ([id, firstName, lastName, date, ip, browser, emails]) => {
      const person = idIn(id, 'id');
      take(
        {
          fact: 'person',
          id: person,
          name: `${firstName} ${lastName}`,
          at: timeIn(date),
          ip: ip ?? '',
          browser: browser ?? '',
          emails: listIn(emails),
          interests: namesOf(interests.take(person), row, tags, report),
        },
        row,
      );
    });
  }
  interests.close();
  const friends = ['Person.id', 'Person.id', 'creationDate'];
  for await (const row of readTable(files, 'dynamic/person_knows_person', friends, report)) {
    attempt(row, report, ([one, other, date]) => {
      const people = [idIn(one, 'Person.id'), idIn(other, 'Person.id')] as const;
      take({ fact: 'friendship', people, at: timeIn(date) }, row);
    });
  }
}

async function readForums({ files, tags, take, report }: Reading): Promise<void> {
  const moderators = await readLinks(files, 'dynamic/forum_hasModerator_person', ['Forum.id', 'Person.id'], report);
  const topics = await readLinks(files, 'dynamic/forum_hasTag_tag', ['Forum.id', 'Tag.id'], report);
  for await (const row of readTable(files, 'dynamic/forum', ['id', 'title', 'creationDate'], report)) {
    attempt(row, report, ([id, title, date]) => {
      const forum = idIn(id, 'id');
      take(
        {
          fact: 'forum',
          id: forum,
          title: title ?? '',
          at: timeIn(date),
          moderator: only(moderators, forum, 'moderator'),
          tags: namesOf(topics.take(forum), row, tags, report),
        },
        row,
      );
    });
  }
  moderators.close();
  topics.close();
  const members = ['Forum.id', 'Person.id', 'joinDate'];
  for await (const row of readTable(files, 'dynamic/forum_hasMember_person', members, report)) {
    attempt(row, report, ([forum, person, date]) =>
      take(
        {
          fact: 'membership',
          forum: idIn(forum, 'Forum.id'),
          person: idIn(person, 'Person.id'),
          at: timeIn(date),
        },
        row,
      ),
    );
  }
}

async function readPosts({ files, tags, take, report }: Reading): Promise<void> {
  const authors = await readLinks(files, 'dynamic/post_hasCreator_person', ['Post.id', 'Person.id'], report);
  const forums = await readLinks(files, 'dynamic/forum_containerOf_post', ['Forum.id', 'Post.id'], report, 'backwards');
  const topics = await readLinks(files, 'dynamic/post_hasTag_tag', ['Post.id', 'Tag.id'], report);
  const columns = ['id', 'imageFile', 'creationDate', 'locationIP', 'browserUsed', 'content'];
  for await (const row of readTable(files, 'dynamic/post', columns, report)) {
    attempt(row, report, ([id, image, date, ip, browser, content]) => {
      const post = idIn(id, 'id');
      take(
        {
          fact: 'message',
          type: 'post',
          id: post,
          at: timeIn(date),
          ip: ip ?? '',
          browser: browser ?? '',
          text: content === '' ? (image ?? '') : (content ?? ''),
          author: only(authors, post, 'creator'),
          forum: forums.take(post)[0],
          replyTo: undefined,
          tags: namesOf(topics.take(post), row, tags, report),
        },
        row,
      );
    });
  }
  for (const links of [authors, forums, topics]) {
    links.close();
  }
}

async function readComments({ files, tags, take, report }: Reading): Promise<void> {
  const authors = await readLinks(files, 'dynamic/comment_hasCreator_person', ['Comment.id', 'Person.id'], report);
  const posts = await readLinks(files, 'dynamic/comment_replyOf_post', ['Comment.id', 'Post.id'], report);
  const comments = await readLinks(files, 'dynamic/comment_replyOf_comment', ['Comment.id', 'Comment.id'], report);
  const topics = await readLinks(files, 'dynamic/comment_hasTag_tag', ['Comment.id', 'Tag.id'], report);
  const columns = ['id', 'creationDate', 'locationIP', 'browserUsed', 'content'];
  for await (const row of readTable(files, 'dynamic/comment', columns, report)) {
    attempt(row, report, ([id, date, ip, browser, content]) => {
      const comment = idIn(id, 'id');
      take(
        {
          fact: 'message',
          type: 'comment',
          id: comment,
          at: timeIn(date),
          ip: ip ?? '',
          browser: browser ?? '',
          text: content ?? '',
          author: only(authors, comment, 'creator'),
          forum: undefined,
          replyTo: parentOf(posts.take(comment)[0], comments.take(comment)[0]),
          tags: namesOf(topics.take(comment), row, tags, report),
        },
        row,
      );
    });
  }
  for (const links of [authors, posts, comments, topics]) {
    links.close();
  }
}

async function readLikes({ files, take, report }: Reading, type: MessageType): Promise<void> {
  const column = type === 'post' ? 'Post.id' : 'Comment.id';
  const columns = ['Person.id', column, 'creationDate'];
  for await (const row of readTable(files, `dynamic/person_likes_${type}`, columns, report)) {
    attempt(row, report, ([person, message, date]) =>
      take(
        { fact: 'like', type, person: idIn(person, 'Person.id'), message: idIn(message, column), at: timeIn(date) },
        row,
      ),
    );
  }
}

/** What a comment replies to. */
export function parentOf(post: string | undefined, comment: string | undefined): { type: MessageType; id: string } {
  if (post === undefined && comment === undefined) {
    throw new AppError('IMPORT_INVALID', 'no file says what this comment replies to');
  }
  return post === undefined ? { type: 'comment', id: comment ?? '' } : { type: 'post', id: post };
}

function only(links: Links, id: string, what: string): string {
  const [first] = links.take(id);
  if (first === undefined) {
    throw new AppError('IMPORT_INVALID', `no file says who the ${what} is`);
  }
  return first;
}
