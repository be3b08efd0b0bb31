import { expect, test } from 'vitest';
import { useApi, useServer } from '../support/opened-api.ts';
import { draw, sendAndCompare } from './run.ts';
import { DOORS } from './say.ts';

const opened = useApi();
const server = useServer(opened);

const seed = Number(process.env['DOORS_SEED'] ?? Math.floor(Math.random() * 1e9));
const ACTIVITIES = 100_000;

test(`of 100,000 activities through all doors exactly the valid ones are in the log, in their audit tables and in the edges (DOORS_SEED=${seed})`, async () => {
  const { sent, logged, doors } = await sendAndCompare(
    opened,
    server.port,
    draw(ACTIVITIES, { most: 200, lanes: 16, seed }),
  );
  expect(sent).toBeGreaterThanOrEqual(ACTIVITIES);
  expect(logged).toBeGreaterThan(sent / 2);
  expect([...doors]).toEqual(expect.arrayContaining(DOORS.map(({ name }) => name)));
  // And mutations of the product: as many as happened to be drawn for what they can say.
  expect(doors.size).toBeGreaterThan(DOORS.length + 20);
}, 1_200_000);
