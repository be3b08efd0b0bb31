/**
 * SQL for the first position that was recorded at a time or later, or the one after the newest. Positions are gapless
 * and times of receipt never go back, so a binary search by the primary key finds it in some thirty steps and needs no
 * index on the time. `time` is a placeholder such as `$1`.
 */
export function positionAtSql(time: string): string {
  return `(
    WITH RECURSIVE search (below, found) AS (
      SELECT 0::bigint, coalesce(max(position), 0) + 1 FROM activity_log
      UNION ALL
      SELECT CASE WHEN middle.recorded_at >= ${time} THEN below ELSE middle.position END,
             CASE WHEN middle.recorded_at >= ${time} THEN middle.position ELSE found END
      FROM search
      JOIN LATERAL (
        SELECT position, recorded_at FROM activity_log WHERE position = (search.below + search.found) / 2
      ) AS middle ON true
      WHERE search.found - search.below > 1
    )
    SELECT min(found) FROM search)`;
}
