/** Whoever assigns positions holds this advisory lock until commit. Any number; it is the same in every process. */
export const APPEND_LOCK = 7_074_003;
/** The channel on which a commit tells other processes the new head. */
export const APPEND_CHANNEL = 'activity_log';
/** Whoever makes partitions holds this one. */
export const PARTITION_LOCK = 7_074_005;
