import { AppError } from '../core/errors.ts';
import type { ApiPorts } from './ports.ts';

/**
 * Checks a position to wait for. One that the log does not have will not come to the graph however long the request is
 * held; the log itself is asked only when the projector has not heard of the position yet.
 *
 * @throws AppError `REQUEST_MALFORMED` beyond the end of the log; `LOG_UNAVAILABLE`.
 */
export async function checkPosition(
  name: string,
  position: number | null | undefined,
  ports: Pick<ApiPorts, 'head' | 'health'>,
): Promise<void> {
  if (position == null || position <= ports.health.projector().head) {
    return;
  }
  const head = await ports.head();
  if (position > head) {
    throw new AppError('REQUEST_MALFORMED', `${name}: the log ends at ${head}`);
  }
}
