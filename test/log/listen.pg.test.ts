import { expect, it } from 'vitest';
import { useLog } from './fixture.ts';

const lent = useLog();

it('a log that is closed while it begins to listen lets go of its connection', async () => {
  const log = await lent.open();
  log.listen(() => undefined);
  await expect(log.close()).resolves.toBeUndefined();
});
