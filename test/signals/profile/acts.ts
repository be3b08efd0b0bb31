import type { Act } from '../../../src/signals/profile/act.ts';

/** An act told shortly; noon of 15 January 2026 (a Thursday, UTC) unless said otherwise. */
export function act(kind: string, own: Partial<Act> = {}): Act {
  return {
    kind,
    at: Date.UTC(2026, 0, 15, 12),
    type: null,
    sessionId: null,
    durationSeconds: null,
    scrollDepthPercentage: null,
    hasMedia: false,
    ...own,
  };
}
