import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { openLog } from './store-log.ts';
import { waitFor } from './waiting.ts';

/** A process for good: ids are used again, the moment of its start tells two users of one id apart. */
export const processIdentitySchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** The user a process runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly logFile: string;
  readonly account?: Account | undefined;
}

/** Undefined: no such process, or only its remains (a zombie that nobody has waited for yet). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : posixStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt;
}

/** The command line of a process, its words joined by blanks; empty when it cannot be read. */
export function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/**
 * Starts a process that outlives this one.
 *
 * It leads a session of its own, so that Ctrl-C on the terminal reaches only us and we can stop the stores after the
 * last request; and it writes to a file and not to a pipe, which would break with us.
 */
export async function launchDetached({ command, args, folder, logFile, account }: Launch): Promise<ProcessIdentity> {
  const log = openLog(logFile);
  try {
    const child = spawn(command, [...args], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    });
    await once(child, 'spawn');
    child.unref();
    const pid = child.pid ?? 0;
    // A child that has already ended is a process that does not run, which is what whoever waits for it will find.
    return identifyProcess(pid) ?? { pid, startedAt: 'ended' };
  } finally {
    closeSync(log);
  }
}

/** Asks a process to end, waits, and kills it when it has not ended in `graceMs`. Returns true when it had to be killed. */
export async function endProcess(identity: ProcessIdentity, signal: NodeJS.Signals, graceMs: number): Promise<boolean> {
  sendSignal(identity, signal);
  const ended = () => !isRunning(identity);
  if ((await waitFor(ended, { timeoutMs: graceMs })) === true) return false;
  sendSignal(identity, 'SIGKILL');
  await waitFor(ended, { timeoutMs: 10_000 });
  return true;
}

function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It ended between the two lines.
  }
}

/** Ticks since boot, with the boot they count from: after a reboot the same pair of numbers may well come again. */
function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold blanks and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || startTicks === undefined) return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${startTicks}`;
  } catch {
    return undefined;
  }
}

function posixStart(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    }).trim();
    const [, state = 'Z', startedAt] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
    return state.startsWith('Z') ? undefined : startedAt;
  } catch {
    return undefined;
  }
}
