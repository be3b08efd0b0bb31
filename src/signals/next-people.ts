import { z } from 'zod';
import { defineQuery } from '../graph/query.ts';

/** Everybody, some at a time, in the order of their ids: for what is computed of all people. */
export const nextPeople = defineQuery({
  name: 'people/next',
  mode: 'read',
  params: z.object({ after: z.string(), limit: z.number() }),
  row: z.object({ id: z.string() }),
});
