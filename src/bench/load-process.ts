import { type Load, load } from './load.ts';

// A process of its own, so that what the load costs is not taken for what the service costs.
process.once('message', async (message) => {
  const loaded = await load(message as Load);
  // Not before it was handed over: what is still on its way is lost with the channel.
  process.send?.(loaded, undefined, undefined, () => process.disconnect());
});
