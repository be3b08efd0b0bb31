import type { Evaluation } from './evaluate.ts';
import type { Lists } from './judge.ts';
import type { Tuning } from './tune/tune.ts';

/** The figures as a table that reads well in a terminal and in Markdown. */
export function tableOf({ rows }: Pick<Evaluation, 'rows'>): string {
  const head = ['', 'NDCG@10', 'recall@10', 'hit rate', 'items covered'];
  const cells = rows.map(({ name, judgement }) => [
    name,
    judgement.ndcg.toFixed(4),
    judgement.recall.toFixed(4),
    judgement.hitRate.toFixed(4),
    String(judgement.coverage),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => padded(text, column, widths)).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...cells.map(line)].join('\n');
}

const PARTS = { newest: 'the newest tenth', last: "everybody's last event", chance: "a fifth of everybody's" };

/** What was tried to choose an algorithm's numbers, and what was chosen. */
export function tuningOf({ overlay, lambda, evidence }: Tuning): string {
  const { heldOut, people, before, after, standardError, trials, ridges } = evidence;
  const alone = ridges.map((ridge) => `  similarity alone, λ ${ridge.lambda}: ${ridge.ndcg.toFixed(4)}`);
  const shapes = trials.map((trial) => `  ${trial.shape}: ${trial.before.toFixed(4)} → ${trial.ndcg.toFixed(4)}`);
  const chosen =
    overlay === null ? 'Nothing was better than the file.' : `Chosen, with λ ${lambda}: ${JSON.stringify(overlay)}`;
  return [
    `NDCG@10 on ${PARTS[heldOut]} of the training, put aside, for ${people} people: ${before.toFixed(4)} → ${after.toFixed(4)} (a difference whose standard error is ${standardError.toFixed(4)})`,
    ...alone,
    ...shapes,
    chosen,
  ].join('\n');
}

/** One `{"user", "items"}` a line, as other judges read it. */
export function jsonLinesOf(lists: Lists): string {
  const users = [...lists.keys()].sort();
  return users.map((user) => `${JSON.stringify({ user, items: lists.get(user) })}\n`).join('');
}

function padded(text: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
