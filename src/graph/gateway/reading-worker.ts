import { parentPort, workerData } from 'node:worker_threads';
import { isAppError } from '../../core/errors.ts';
import type { ReadingThread, Told } from './readers.ts';
import { type CypherRequest, openReadingDriver, readInTime } from './table.ts';

/** The body of a thread that reads queries of analysts, one after the other. */
const { address } = workerData as ReadingThread;
const driver = openReadingDriver(address, 1);
const tell = (told: Told): void => parentPort?.postMessage(told);

parentPort?.on('message', (request: CypherRequest) => {
  const { answer, done } = readInTime(driver, request);
  answer.then(
    (table) => tell({ kind: 'answer', table }),
    (error: unknown) =>
      tell(
        isAppError(error)
          ? { kind: 'refused', code: error.code, message: error.message }
          : { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      ),
  );
  void done.then(() => tell({ kind: 'done' }));
});
