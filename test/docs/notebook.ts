import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const examples = path.resolve(import.meta.dirname, '../../examples');

/** The Python that has the packages of `examples/requirements.txt`. */
const PYTHON = process.env['PYTHON'] ?? 'python3';

/** What a cell put out. */
interface Output {
  readonly text: string;
  /** Media types, as `image/png`. */
  readonly kinds: readonly string[];
}

/** What keeps notebooks from running here; undefined when nothing does. */
export async function missingForNotebooks(): Promise<string | undefined> {
  const packages = 'import ipykernel, matplotlib, nbclient, nbformat, pandas, requests';
  const failed = await run(PYTHON, ['-c', packages]).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return failed === undefined
    ? undefined
    : `${PYTHON} cannot run notebooks (${failed.trim().split('\n').at(-1)}): pip install -r examples/requirements.txt into a virtual environment and name its python in PYTHON`;
}

/** Runs a notebook of `examples/` from beginning to end; rejects with the error of a cell that fails. */
export async function runNotebook(name: string, environment: Readonly<Record<string, string>>): Promise<Output[]> {
  const script = path.join(import.meta.dirname, 'run_notebook.py');
  const { stdout } = await run(PYTHON, [script, name], {
    cwd: examples,
    env: { ...process.env, MPLBACKEND: 'module://matplotlib_inline.backend_inline', ...environment },
    maxBuffer: 50_000_000,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Output);
}
