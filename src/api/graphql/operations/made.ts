import { COMMON, contentOf, DESCRIPTION } from './arguments.ts';
import type { Argument, Draft, Operation } from './operation.ts';

/** Operations by which content of a type, or a community, is made, edited, kept to its author and deleted. */
export function lifecycleOf(type: string, more: readonly Argument[] = []): readonly Operation[] {
  const name = titleCase(type);
  const own = contentOf(type);
  return [
    {
      name: `create${name}`,
      meaning: `Makes a ${type}; it can be found from now on.`,
      kind: 'create',
      arguments: [own, ...DESCRIPTION, ...more, ...COMMON],
      completed: selfDescribed,
    },
    {
      name: `update${name}`,
      meaning: `Edits a ${type}: what is given replaces what was said before.`,
      kind: 'update',
      arguments: [own, ...DESCRIPTION, ...more, ...COMMON],
    },
    {
      name: `make${name}Private`,
      meaning: `Keeps a ${type} to its author; it leaves the feeds of everybody else at once.`,
      kind: 'update',
      fixed: { visibility: 'private' },
      arguments: [own, ...COMMON],
    },
    {
      name: `delete${name}`,
      meaning: `Deletes a ${type}; it leaves every feed at once, and the signal of having made it ends.`,
      kind: 'delete',
      arguments: [own, ...COMMON],
      takesBack: `create${name}`,
    },
  ];
}

/** What the seed records of new content beside its id. */
function selfDescribed(draft: Draft): Draft {
  const { content_id, hashtags = [], visibility = 'public', metadata } = draft;
  return { ...draft, metadata: { content_id, privacy: visibility, has_tags: hashtags.length > 0, ...metadata } };
}

export function titleCase(type: string): string {
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}
