import { COMMON, contentOf, field, noted, TARGET } from './arguments.ts';
import type { Argument, Operation } from './operation.ts';

const VIBE = contentOf('vibe');
const VIBE_FACTS: readonly Argument[] = [
  noted('vibeName', 'String', 'vibe_name', 'Its name.'),
  noted('vibeType', 'String', 'vibe_type', 'Its type. Default: vibe.'),
  noted('vibeCategory', 'String', 'vibe_category', 'Its category.'),
  noted('vibeScore', 'Float', 'vibe_score', 'Its score.'),
  noted('iqImpact', 'Float', 'iq_impact', 'What it changes of somebody’s IQ.'),
  noted('aqImpact', 'Float', 'aq_impact', 'What it changes of somebody’s AQ.'),
  noted('sqImpact', 'Float', 'sq_impact', 'What it changes of somebody’s SQ.'),
  noted('hqImpact', 'Float', 'hq_impact', 'What it changes of somebody’s HQ.'),
  field('success', 'Boolean', 'success', 'False: it failed. It is kept with its message, and shows no engagement.'),
  noted('errorMessage', 'String', 'error_message', 'Why it failed.'),
];

export const VIBE_OPERATIONS: readonly Operation[] = [
  { name: 'createVibe', meaning: 'Makes a vibe.', kind: 'vibe_creation', arguments: [VIBE, ...VIBE_FACTS, ...COMMON] },
  {
    name: 'sendVibe',
    meaning: 'Sends somebody a vibe.',
    kind: 'vibe_sending',
    arguments: [VIBE, TARGET, ...VIBE_FACTS, ...COMMON],
  },
  {
    name: 'receiveVibe',
    meaning: 'Received a vibe from somebody; for the records of who receives it.',
    kind: 'vibe_receiving',
    arguments: [VIBE, field('senderUserId', 'ID', 'target_user_id', 'Whom it came from.'), ...VIBE_FACTS, ...COMMON],
  },
  {
    name: 'updateVibeScore',
    meaning: 'The score of a vibe changed.',
    kind: 'vibe_score_update',
    arguments: [
      VIBE,
      ...VIBE_FACTS,
      noted('vibersCount', 'Int', 'vibers_count', 'How many people count in it.'),
      noted('newCumulativeScore', 'Float', 'new_cumulative_score', 'The score of all of them.'),
      ...COMMON,
    ],
  },
  {
    name: 'sendProfileVibe',
    meaning: "Sends a vibe to somebody's profile.",
    kind: 'profile_vibe',
    arguments: [TARGET, ...COMMON],
  },
];
