import { localTimes } from './activity/local-time.ts';
import type { Config } from './core/config.ts';
import { AppError, isAppError } from './core/errors.ts';
import { type AlgorithmFor, createAssignment } from './experiments/assignment.ts';
import { type Habits, NO_HABITS } from './feed/habits.ts';
import { algorithmNamed, DEFAULT_ALGORITHM } from './feed/rank/algorithms.ts';
import type { Profiles } from './signals/profile/profiles.ts';

/** What the feed uses of a person's profile; nothing of one that knows of no activity. */
export async function habitsOf(
  profiles: Profiles,
  person: string,
  now: number,
  resetAt: number | null,
): Promise<Habits> {
  const profile = await profiles.profileOf(person, now, resetAt);
  const { typePreference, otherTypes, hourlyShare, flags, timeZone } = profile;
  return profile.activities === 0
    ? NO_HABITS
    : { typePreference, otherTypes, hourlyShare, flags, hour: localTimes(timeZone)(now).hour };
}

/** @throws AppError `CONFIG_INVALID` when FEED_ALGORITHMS names an algorithm that does not exist. */
export function assignmentOf({ feed }: Config): AlgorithmFor {
  const shares = feed.algorithms ?? [{ algorithm: DEFAULT_ALGORITHM, share: 1 }];
  try {
    shares.forEach(({ algorithm }) => void algorithmNamed(algorithm));
  } catch (error) {
    throw isAppError(error) ? new AppError('CONFIG_INVALID', `FEED_ALGORITHMS: ${error.message}`) : error;
  }
  return createAssignment(shares, feed.assignmentSalt);
}
