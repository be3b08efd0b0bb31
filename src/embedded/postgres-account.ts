import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Account } from './processes.ts';

/**
 * The user that Postgres runs as: ourselves (undefined), except that Postgres refuses to run as root. Then it is who owns
 * the data already, else `postgres`, else `nobody`; no user is added to the machine.
 */
export function postgresAccount(dataFolder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const present = statSync(dataFolder, { throwIfNoEntry: false });
  if (present !== undefined && present.uid !== 0) return { uid: present.uid, gid: present.gid };
  return accountOf('postgres') ?? accountOf('nobody') ?? { uid: 65_534, gid: 65_534 };
}

/** Whether an account may pass through all the folders on the way to `target`, and through `target` itself if it is one. */
export function canReach(target: string, account: Account): boolean {
  const { root } = path.parse(target);
  for (let folder = target; folder !== root; folder = path.dirname(folder)) {
    const stat = statSync(folder);
    const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001;
    if ((stat.mode & bit) === 0) return false;
  }
  return true;
}

function accountOf(name: string): Account | undefined {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
