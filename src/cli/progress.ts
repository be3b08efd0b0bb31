import type { Clock } from '../core/clock.ts';

/** Where a command writes: results to `out`, what goes on meanwhile to `err`, so that results can be piped. */
export interface CommandOutput {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean };
}

export interface Progress {
  /** Shows how far the work is; redraws at most ten times a second. */
  update(done: number): void;
  /** Completes the display. */
  end(): void;
}

const WIDTH = 30;
const REDRAW_MS = 100;
const PLAIN_STEPS = 10;

/**
 * Progress of a known amount of work: a bar on a terminal, otherwise a plain line for every tenth, and nothing when
 * silent.
 */
export function startProgress(options: {
  readonly label: string;
  readonly total: number;
  readonly silent: boolean;
  readonly err: CommandOutput['err'];
  readonly clock: Clock;
}): Progress {
  if (options.silent || options.total === 0) {
    return { update: () => undefined, end: () => undefined };
  }
  return options.err.isTTY === true ? bar(options) : lines(options);
}

type Shown = Parameters<typeof startProgress>[0];

function bar({ label, total, err, clock }: Shown): Progress {
  const startedAt = clock.now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  let latest = 0;
  const draw = (): void => {
    drawnAt = clock.now();
    const filled = Math.round((latest / total) * WIDTH);
    const picture = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    // Back to the first column, the whole line anew, then clear what a longer line has left.
    err.write(`\r${label} ${picture} ${counted(latest, total)}${rate(latest, drawnAt - startedAt)}\u001b[K`);
  };
  return {
    update(done) {
      latest = Math.min(done, total);
      if (clock.now() - drawnAt >= REDRAW_MS) {
        draw();
      }
    },
    end() {
      draw();
      err.write('\n');
    },
  };
}

function lines({ label, total, err, clock }: Shown): Progress {
  const startedAt = clock.now();
  let shown = 0;
  return {
    update(done) {
      const step = Math.floor((Math.min(done, total) / total) * PLAIN_STEPS);
      if (step > shown) {
        shown = step;
        err.write(`${label}: ${counted(done, total)}${rate(done, clock.now() - startedAt)}\n`);
      }
    },
    end: () => undefined,
  };
}

function counted(done: number, total: number): string {
  return `${Math.floor((done / total) * 100)} % (${done.toLocaleString('en')} of ${total.toLocaleString('en')})`;
}

function rate(done: number, elapsedMs: number): string {
  return elapsedMs < 1_000 ? '' : `, ${Math.round((done / elapsedMs) * 1_000).toLocaleString('en')} a second`;
}
