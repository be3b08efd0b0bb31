import { setImmediate } from 'node:timers/promises';
import type { Client } from 'pg';
import { AUDIT_TABLES, type AuditTable } from '../../activity/kinds.ts';
import { chainAfter, commitToFold, decidedText, FOLD_TEXT_COLUMNS } from '../chain/commitment.ts';
import type { FoldPart } from '../chain/fold-part.ts';
import type { Known } from '../resolve/known.ts';
import { APPEND_CHANNEL } from './append-lock.ts';
import { AUDIT_COLUMNS, quoted } from './audit-columns.ts';
import { replaceChanged, type TableLines } from './changed-rows.ts';
import { copyIn } from './copy-in.ts';
import { copyBytes, copyFields, copyTime } from './copy-text.ts';
import type { Received } from './received.ts';

/**
 * Requests wait for so many portions at most, some 20 ms. Turning to them more often keeps Postgres waiting, and with it
 * everybody else who wants the lock: it made appending a fifth slower.
 */
const PORTIONS_PER_TURN = 4;

/** The newest row of the log. */
export interface Head {
  readonly position: number;
  readonly recordedAt: number;
  readonly chain: string;
}

/** An activity as it was decided; the next position is its own. */
export interface DecidedRow {
  readonly received: Received;
  readonly fold: FoldPart;
}

/** Rows that are decided while they are written, portion by portion. */
export interface Deciding {
  readonly head: Head;
  readonly portions: Iterable<readonly DecidedRow[]>;
  /** Whether there is only one portion. */
  readonly atOnce: boolean;
  /** The audit tables that may get rows. */
  readonly tables: ReadonlySet<AuditTable>;
  /** Complete when the last portion was decided. */
  readonly known: Known;
}

/**
 * Seals and writes rows with their audit rows, and what they changed of facts, content and people, and commits. All of
 * it goes in by COPY; the append lock makes sure that nobody else writes the same keys. A transaction without rows is
 * given up instead.
 *
 * @returns the newest position.
 */
export async function writeBatch(client: Client, deciding: Deciding): Promise<number> {
  const sealing = startSealing(deciding.head);
  if (deciding.atOnce) {
    for (const rows of deciding.portions) {
      sealing.add(rows);
    }
    const changed = await replaceChanged(client, deciding.known);
    const log = { table: 'activity_log', columns: LOG_COLUMNS, lines: sealing.takeLogLines() };
    return end(client, sealing, [log, ...sealing.auditLines(), ...changed]);
  }
  await writeWhileDeciding(client, deciding, sealing);
  return end(client, sealing, await replaceChanged(client, deciding.known));
}

/** Postgres takes in the rows that are decided while the next ones are. */
async function writeWhileDeciding(client: Client, { portions, tables }: Deciding, sealing: Sealing): Promise<void> {
  const audit = AUDIT_TABLES.filter((table) => tables.has(table));
  const text = [
    copyStatement('activity_log', LOG_COLUMNS),
    ...audit.map((table) => copyStatement(table, auditColumns(table))),
  ];
  const copying = copyIn(client, text.join(';'));
  try {
    let portion = 0;
    for (const rows of portions) {
      if (portion > 0 && portion % PORTIONS_PER_TURN === 0) {
        await setImmediate();
      }
      sealing.add(rows);
      copying.write(sealing.takeLogLines());
      portion += 1;
    }
    copying.next();
    const lines = new Map(sealing.auditLines().map((one) => [one.table, one.lines]));
    for (const table of audit) {
      copying.write(lines.get(table) ?? '');
      copying.next();
    }
  } catch (error) {
    copying.fail();
    throw error;
  }
  await copying.done;
}

async function end(client: Client, sealing: Sealing, tables: readonly TableLines[]): Promise<number> {
  if (sealing.count() === 0) {
    await client.query('ROLLBACK');
    return sealing.position();
  }
  const written = tables.filter(({ lines }) => lines !== '');
  // The position is a number of ours; NOTIFY takes no parameters.
  const notify = `NOTIFY ${APPEND_CHANNEL}, '${sealing.position()}'`;
  const copying = copyIn(
    client,
    [...written.map(({ table, columns }) => copyStatement(table, columns)), notify, 'COMMIT'].join(';'),
    { atOnce: true },
  );
  for (const { lines } of written) {
    copying.write(lines);
    copying.next();
  }
  await copying.done;
  return sealing.position();
}

/** Table and columns are names of ours, never input. */
function copyStatement(table: string, columns: readonly string[]): string {
  return `COPY ${table} (${columns.join(', ')}) FROM STDIN`;
}

function auditColumns(table: AuditTable): readonly string[] {
  return ['id', ...AUDIT_COLUMNS[table].map(quoted)];
}

const LOG_COLUMNS = [
  'position',
  'recorded_at',
  'chain',
  ...FOLD_TEXT_COLUMNS,
  'sent_digest',
  'fold_salt',
  'fold_commitment',
  'audit_salt',
  'audit_commitment',
] as const;

/** Positions, commitments and chain of rows that follow each other, and their lines. */
interface Sealing {
  add(rows: readonly DecidedRow[]): void;
  /** The lines of the log since this was last asked. */
  takeLogLines(): string;
  auditLines(): readonly TableLines[];
  position(): number;
  count(): number;
}

function startSealing(head: Head): Sealing {
  let { position, chain } = head;
  let log = '';
  const audit = new Map<AuditTable, string>();

  function seal({ received, fold }: DecidedRow): void {
    position += 1;
    const { recordedAt, foldSalt, sentDigest } = received;
    const text = copyFields([received.text, decidedText(fold)]);
    const commitment = commitToFold(foldSalt, text, sentDigest);
    chain = chainAfter(chain, { position, recordedAt, fold: commitment, audit: received.auditCommitment });
    log += copyFields([
      String(position),
      copyTime(recordedAt),
      copyBytes(chain),
      text,
      copyBytes(sentDigest),
      copyBytes(foldSalt),
      copyBytes(commitment),
      copyBytes(received.auditSalt),
      `${copyBytes(received.auditCommitment)}\n`,
    ]);
    for (const row of received.audit) {
      audit.set(row.table, `${audit.get(row.table) ?? ''}${position}\t${row.text}\n`);
    }
  }

  return {
    add: (rows) => rows.forEach(seal),
    takeLogLines() {
      const lines = log;
      log = '';
      return lines;
    },
    auditLines: () => [...audit].map(([table, lines]) => ({ table, columns: auditColumns(table), lines })),
    position: () => position,
    count: () => position - head.position,
  };
}
