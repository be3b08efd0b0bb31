import type { Candidate, Find } from './candidate.ts';

/**
 * One list of what several sources propose: the best of each in turn, then the second of each and so on, each content
 * once, until `most` are there, so that no source crowds the others out.
 */
export function merge(
  sources: readonly { readonly name: string; readonly finds: readonly Find[] }[],
  most: number,
): Candidate[] {
  const chosen = new Set<string>();
  const longest = Math.max(0, ...sources.map(({ finds }) => finds.length));
  for (let turn = 0; turn < longest && chosen.size < most; turn += 1) {
    for (const { finds } of sources) {
      const find = finds[turn];
      if (find !== undefined && chosen.size < most) {
        chosen.add(find.content);
      }
    }
  }
  const byContent = sources.map(({ name, finds }) => ({
    name,
    finds: new Map(finds.map((find) => [find.content, find])),
  }));
  return [...chosen].map((content) => {
    const proposals = byContent.flatMap(({ name, finds }) => {
      const find = finds.get(content);
      return find === undefined ? [] : [{ name, find }];
    });
    return {
      content,
      sources: proposals.map(({ name }) => name),
      trend: proposals.find(({ find }) => find.trend !== undefined)?.find.trend ?? null,
      catchUp: proposals.find(({ name }) => name === 'catch_up')?.find.score ?? 0,
    };
  });
}
