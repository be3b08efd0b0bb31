import type { ImportPorts } from '../../src/cli/import.ts';
import type { ImportOutcome, ImportSubmission } from '../../src/import/load.ts';
import type { ImportRun } from '../../src/import/shift.ts';

/** Stands where the service would: keeps what it is given by uid, as law 2 has it. The log itself has tests of its own. */
export interface MemoryPorts extends ImportPorts {
  readonly submissions: ImportSubmission[];
  readonly runs: Map<string, ImportRun>;
  readonly printed: { out: string; err: string };
  readonly batchSizes: number[];
  /** After so many activities every append fails. */
  failAfter: number;
  now: number;
}

export function memoryPorts(now = Date.UTC(2026, 0, 15, 12)): MemoryPorts {
  const known = new Map<string, { readonly sent: string; readonly position: number }>();
  const printed = { out: '', err: '' };
  const ports: MemoryPorts = {
    submissions: [],
    runs: new Map(),
    printed,
    batchSizes: [],
    failAfter: Number.POSITIVE_INFINITY,
    now,
    async append(submissions) {
      ports.batchSizes.push(submissions.length);
      if (ports.submissions.length + submissions.length > ports.failAfter) {
        throw new Error('the connection broke');
      }
      return submissions.map((submission): ImportOutcome => {
        const { uid, sent } = submission.activity;
        const earlier = known.get(uid);
        if (earlier !== undefined) {
          return { status: earlier.sent === sent ? 'duplicate' : 'conflict', position: earlier.position };
        }
        ports.submissions.push(submission);
        known.set(uid, { sent, position: ports.submissions.length });
        return { status: 'accepted', position: ports.submissions.length };
      });
    },
    readImportRun: async (source) => ports.runs.get(source),
    async saveImportRun(run) {
      ports.runs.set(run.source, run);
    },
    clock: { now: () => ports.now },
    out: {
      write(text) {
        printed.out += text;
      },
    },
    err: {
      write(text) {
        printed.err += text;
      },
    },
  };
  return ports;
}
