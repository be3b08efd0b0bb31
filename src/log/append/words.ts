import type { Activity } from '../../activity/activity.ts';

/** Keys of metadata that name something, as `message_uid`, `room_id` or `content_type` do. */
const NAMING = /(?:^|_)(?:id|uid|uuid|type)$/u;
const MAX_NAME = 200;

/**
 * The activity as it may be kept. Of a message that is the fact and never the text, whatever the sender put where: no
 * description and no address, and of the metadata only numbers, yes or no, and what names something.
 */
export function withoutWords(activity: Activity): Activity {
  if (activity.kind.wordless !== true) {
    return activity;
  }
  const metadata = Object.fromEntries(Object.entries(activity.metadata).filter(([key, value]) => isNoText(key, value)));
  return { ...activity, description: null, url: null, metadata };
}

function isNoText(key: string, value: unknown): boolean {
  return typeof value === 'string'
    ? NAMING.test(key) && value.length <= MAX_NAME && !/\s/u.test(value)
    : typeof value === 'number' || typeof value === 'boolean';
}
