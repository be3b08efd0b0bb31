// A process that owns a data directory, for tests that kill it. Plain JavaScript, because it runs outside vitest:
//   node owner-process.mjs <folder of the built service> <DATA_DIR>
// Prints one line of JSON once the stores are open, and stops them at SIGTERM.
import path from 'node:path';

const [, , built, dataDir] = process.argv;
const load = (file) => import(path.join(built, 'dist', file));
const { openStores } = await load('embedded/stores.js');
const { readConfig } = await load('core/config.js');
const { createLogger } = await load('core/logger.js');

const stores = await openStores({
  config: readConfig({ DATA_DIR: dataDir }),
  logger: createLogger('warn'),
  purpose: 'serve',
});
console.log(JSON.stringify(stores.addresses));

const alive = setInterval(() => undefined, 60_000);
process.once('SIGTERM', async () => {
  await stores.stop();
  clearInterval(alive);
});
