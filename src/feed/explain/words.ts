/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** 1st, 2nd, 3rd, 4th, 11th, 21st … */
export function ordinal(n: number): string {
  const tens = n % 100;
  const ending = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}

/** As in 2026-01-15, UTC. */
export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** What somebody did, before what they did it to. */
const ACTS: Readonly<Record<string, string>> = {
  like: 'like of',
  react: 'reaction to',
  comment: 'comment on',
  reply: 'reply to',
  answer: 'answer to',
  share: 'share of',
  repost: 'repost of',
  save: 'saving of',
  view: 'view of',
  upvote: 'vote for',
  downvote: 'vote against',
  click: 'click on',
  explore_click: 'click on',
  expand: 'opening of',
  time_spent: 'time with',
  scroll_depth: 'reading of',
};

/** As in "like of": a kind of activity, before what it was done to. */
export function actWords(kind: string): string {
  return ACTS[kind] ?? `${kind.replaceAll('_', ' ')} of`;
}
