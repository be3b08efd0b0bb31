import { describe, expect, it } from 'vitest';
import { parseActivity } from '../../src/activity/activity.ts';
import { sizesUpTo } from '../../src/bench/growth.ts';
import { createSynthetic } from '../../src/bench/synthetic.ts';

const NOW = Date.UTC(2026, 0, 15);
const ENGAGING = new Set(['view', 'like', 'comment', 'save', 'share']);

function grown(...sizes: number[]) {
  const world = createSynthetic(1, NOW);
  const activities = sizes.flatMap((size) => [...world.grow(size)]);
  return { world, activities, engagements: activities.filter((one) => ENGAGING.has(one.activity_type)) };
}

describe('the made-up world of the benchmark', () => {
  it('has as many engagements as were asked for, and a tenth as many people and things', () => {
    const { world, activities, engagements } = grown(20_000);
    expect(engagements).toHaveLength(20_000);
    expect(world.people).toBe(2_000);
    expect(activities.filter((one) => one.activity_type === 'create')).toHaveLength(2_000);
  });

  it('grows: what is there stays, and the rest is added', () => {
    const { world, activities, engagements } = grown(2_000, 20_000);
    expect(engagements).toHaveLength(20_000);
    expect(world.people).toBe(2_000);
    const made = activities.filter((one) => one.activity_type === 'create').map((one) => one.content);
    expect(new Set(made).size).toBe(2_000);
  });

  it('is the same for the same seed', () => {
    expect(grown(1_000).activities).toEqual(grown(1_000).activities);
  });

  it('holds nothing that the log would refuse, and nothing of the future', () => {
    for (const raw of grown(3_000).activities) {
      const activity = parseActivity(raw, { subject: 'bench', source: 'import:bench', trusted: true });
      expect(activity.occurredAt).toBeLessThan(NOW);
    }
  });

  it("follows Zipf's law: the most popular thing of many is engaged with about so often as 1 / ln(things) says", () => {
    const { engagements } = grown(50_000);
    const counts = new Map<string, number>();
    for (const { content = '' } of engagements) {
      counts.set(content, (counts.get(content) ?? 0) + 1);
    }
    const [first = 0, second = 0] = [...counts.values()].sort((a, b) => b - a);
    // 30 % pick among all 5,000 things, where the first has a chance of ln 2 / ln 5,001; its topic adds some more.
    const expected = (0.3 * 50_000 * Math.log(2)) / Math.log(5_001);
    expect(first).toBeGreaterThan(expected);
    expect(first).toBeLessThan(2 * expected);
    expect(second).toBeLessThan(first);
  });
});

describe('the sizes of the benchmark', () => {
  it('go up by ten to what was asked for', () => {
    expect(sizesUpTo(1_000_000)).toEqual([10_000, 100_000, 1_000_000]);
    expect(sizesUpTo(30_000)).toEqual([10_000, 30_000]);
    expect(sizesUpTo(500)).toEqual([500]);
  });
});
