import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that want the one Neo4j and files that do not, in turns: two workers that both want it would wait for each
 * other. Within each kind the usual order holds.
 */
export class TakeTurns extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const wanting = sorted.filter(wantsNeo4j);
    const others = sorted.filter((file) => !wantsNeo4j(file));
    return interleaved(wanting, others);
  }
}

function wantsNeo4j({ moduleId }: TestSpecification): boolean {
  return moduleId.endsWith('.graph.test.ts');
}

/** Both lists spread evenly over one. */
function interleaved<T>(one: readonly T[], other: readonly T[]): T[] {
  const placed = [one, other].flatMap((list) =>
    list.map((item, index) => ({ item, place: (index + 0.5) / list.length })),
  );
  return placed.sort((a, b) => a.place - b.place).map(({ item }) => item);
}
