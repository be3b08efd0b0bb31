import { z } from 'zod';
import { defineQuery, nothing } from '../query.ts';

/** The statements that take an erased person out of the graph. */

const idsParams = z.object({ ids: z.array(z.string()) });
const edgesParams = z.object({ ids: z.array(z.string()), limit: z.number() });
const pairs = z.object({ rows: z.array(z.object({ from: z.string(), to: z.string() })) });
const deleted = z.object({ deleted: z.number() });

const deleteNodes = (name: string) =>
  defineQuery({ name: `erase/${name}`, mode: 'write', params: idsParams, row: nothing });
const deletePairs = (name: string) =>
  defineQuery({ name: `erase/${name}`, mode: 'write', params: pairs, row: nothing });
const deleteSome = (name: string) =>
  defineQuery({ name: `erase/${name}`, mode: 'write', params: edgesParams, row: deleted });

export const deletePeopleEdges = deleteSome('people-edges');
export const deleteContentsEdges = deleteSome('contents-edges');
export const deletePeople = deleteNodes('people');
export const deleteContents = deleteNodes('contents');
export const deleteTags = deleteNodes('tags');
export const deleteCommunities = deleteNodes('communities');
export const resetContents = deleteNodes('reset-contents');
export const deleteFading = {
  ENGAGED: deletePairs('engaged'),
  INTERACTED: deletePairs('interacted'),
  INTERESTED_IN: deletePairs('interested-in'),
};
