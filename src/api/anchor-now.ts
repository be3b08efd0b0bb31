import type { Anchor } from '../feed/anchor.ts';
import { personNow } from './access.ts';
import type { ApiPorts } from './ports.ts';

/** What a feed is about; an author by the id that they have now. @throws AppError `LOG_UNAVAILABLE` */
export async function anchorNow(
  anchor: Anchor | undefined,
  ports: Pick<ApiPorts, 'peopleNow'>,
): Promise<Anchor | undefined> {
  return anchor?.kind === 'author' ? { kind: 'author', id: (await personNow(anchor.id, ports)).id } : anchor;
}
