import { readFile } from 'node:fs/promises';
import { AppError } from '../../core/errors.ts';
import { type EventRules, eventRules, eventRulesSchema } from './events.ts';

/**
 * The rules for events, with the operator's own before all others.
 *
 * @throws AppError `CONFIG_INVALID` when the file cannot be read or holds something else than rules.
 */
export async function readEventRules(file: string | undefined): Promise<EventRules> {
  if (file === undefined) {
    return eventRules();
  }
  const parsed = eventRulesSchema.safeParse(await readJsonFile(file));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('CONFIG_INVALID', `SEGMENT_EVENTS: ${file}\n  ${faults.join('\n  ')}`);
  }
  return eventRules(parsed.data);
}

async function readJsonFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `SEGMENT_EVENTS: ${file} cannot be read as JSON`, { cause: error });
  }
}
