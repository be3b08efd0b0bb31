/**
 * What the two product documents name, by the heading under which docs/seed-coverage.md must list it. Taken from them
 * word for word, so that a row cannot go missing unseen.
 */
export const SEED_NAMES = {
  'Seed 000: tracking APIs': words(
    'TrackUserActivity TrackContentInteraction TrackSocialInteraction TrackProfileActivity TrackMediaInteraction',
    'TrackScrollDepth TrackTimeSpent TrackAppSession',
  ),
  'Seed 000: product APIs with tracking': words(
    'CreatePost LikePost CommentOnPost SharePost ViewPost SavePost postcommentsByPostUid',
    'CreateStory ReactToStory CommentOnStory',
    'CreateConnection UpdateConnection CreateConnectionV2 UpdateConnectionV2',
    'CreateConversationMessage SendMatrixMessage CreateCommunity JoinCommunity ProfileByUserId',
  ),
  'Seed 000: events': words(
    'user_logged_in user_logged_out post_save post_delete',
    'vibe.creation vibe.sending vibe.receiving',
    'posts.signals stories.signals connections.signals communities.signals',
  ),
  'Seed 000: tables': words(
    'user_activity content_interaction social_interaction profile_activity media_interaction session_activity',
    'activity_aggregation vibe_activity',
  ),
  'Seed 000: activity types': words(
    'vibe_creation vibe_sending vibe_score_update login logout profile_update post_create story_create',
    'community_create page_view',
    'connection-send_request connection-accepted community-create story-create',
    'post-view post-like post-comment post-share post-save post-create',
    'profile_visit connection_request',
  ),
  'Seed 000: media': words(
    'image video audio document gif thumbnail comment_media',
    'click view download share zoom play pause seek fullscreen volume_change quality_change',
    'comment-media-files empty-result',
  ),
  'Seed 001: activity types': words(
    'vibe comments replies shares reposts saves bookmarks media_expansions profile_visits profile_vibes',
    'post_creation content_type_tracking hashtag_usage explore_clicks search_queries content_reports hide_actions',
    'circle_updates group_joins community_joins',
  ),
  'Seed 001: endpoints': [
    'GET /activities/',
    'POST /activities/',
    'GET /activities/recent/',
    'GET /engagement/',
    'POST /engagement/recalculate/',
    'GET /stats/',
  ],
  Settings: words('AUTO_TRACK ANONYMIZE_IP PRUNE_AFTER_DAYS'),
} as const satisfies Record<string, readonly string[]>;

/** Names that no row shows yet. The list only gets shorter: a name that has a row must leave it. */
export const NOT_YET_SHOWN: readonly string[] = [];

function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '));
}
