-- The log, what is known of content and people, and what stands between them.

-- One row per activity, for ever. Positions are gapless and in order of commit, because the writer assigns them under
-- an advisory lock; "position > x" therefore never skips a row. Ids only: no names, addresses or free text.
CREATE TABLE activity_log (
  position bigint PRIMARY KEY CHECK (position > 0),
  uid uuid NOT NULL CONSTRAINT activity_log_uid_unique UNIQUE,
  kind text NOT NULL,
  actor_id text,
  object text,
  target_id text,
  community_id text,
  effective_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  -- True when the caller's time lay in the future and was set back to recorded_at.
  from_future boolean NOT NULL,
  duration_seconds double precision,
  scroll_depth_percentage double precision,
  position_seconds double precision,
  -- Author and tags of the object as known when the row was written.
  author_id text,
  tags text[],
  -- Whether this row's own signal counts; false for records, and for a standing fact that lost against a later word.
  counts boolean NOT NULL,
  -- The signals that this row takes back, each as it was when it began; an array.
  takes_back jsonb,
  changes jsonb,
  structure jsonb,
  -- SHA-256 of fold_salt and what the caller sent: tells a repetition from a conflict.
  sent_digest bytea,
  fold_salt bytea,
  fold_commitment bytea NOT NULL,
  audit_salt bytea,
  audit_commitment bytea NOT NULL,
  chain bytea NOT NULL
);
CREATE INDEX activity_log_actor ON activity_log (actor_id, position DESC);
-- What was done to something, whoever did it. Costs a tenth of an append; without it the answer is a walk through the
-- whole log.
CREATE INDEX activity_log_object ON activity_log (object, position DESC);

-- The audit rows. Their id is the log position of the activity; created_at is the time of receipt, by which they are
-- partitioned (one partition a month) and pruned; "timestamp" is when the caller says it happened.
CREATE TABLE user_activity (
  id bigint NOT NULL,
  uid uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  "timestamp" timestamptz NOT NULL,
  ip_address inet,
  user_agent text,
  metadata jsonb NOT NULL,
  activity_type varchar NOT NULL,
  description text,
  success boolean NOT NULL,
  user_id text NOT NULL,
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX user_activity_user_recent ON user_activity (user_id, created_at DESC);

CREATE TABLE content_interaction (
  id bigint NOT NULL,
  uid uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  "timestamp" timestamptz NOT NULL,
  ip_address inet,
  user_agent text,
  metadata jsonb NOT NULL,
  content_type varchar NOT NULL,
  content_id varchar NOT NULL,
  interaction_type varchar NOT NULL,
  duration_seconds double precision,
  scroll_depth_percentage double precision,
  user_id text NOT NULL,
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX content_interaction_user_recent ON content_interaction (user_id, created_at DESC);

CREATE TABLE social_interaction (
  id bigint NOT NULL,
  uid uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  "timestamp" timestamptz NOT NULL,
  ip_address inet,
  user_agent text,
  metadata jsonb NOT NULL,
  interaction_type varchar NOT NULL,
  context_type varchar,
  context_id varchar,
  target_user_id text,
  user_id text NOT NULL,
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX social_interaction_user_recent ON social_interaction (user_id, created_at DESC);
CREATE INDEX social_interaction_type_recent ON social_interaction (interaction_type, created_at DESC);

CREATE TABLE profile_activity (
  id bigint NOT NULL,
  uid uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  "timestamp" timestamptz NOT NULL,
  ip_address inet,
  user_agent text,
  metadata jsonb NOT NULL,
  activity_type varchar NOT NULL,
  duration_seconds double precision,
  profile_owner_id text NOT NULL,
  visitor_id text NOT NULL,
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX profile_activity_owner_recent ON profile_activity (profile_owner_id, created_at DESC);

CREATE TABLE media_interaction (
  id bigint NOT NULL,
  uid uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  "timestamp" timestamptz NOT NULL,
  ip_address inet,
  user_agent text,
  metadata jsonb NOT NULL,
  media_type varchar NOT NULL,
  media_id varchar NOT NULL,
  media_url varchar,
  interaction_type varchar NOT NULL,
  duration_seconds double precision,
  position_seconds double precision,
  user_id text NOT NULL,
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX media_interaction_user_recent ON media_interaction (user_id, created_at DESC);

CREATE TABLE session_activity (
  id bigint NOT NULL,
  uid uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  "timestamp" timestamptz NOT NULL,
  ip_address inet,
  user_agent text,
  metadata jsonb NOT NULL,
  activity_type varchar NOT NULL,
  session_id varchar NOT NULL,
  started_at timestamptz,
  last_activity_at timestamptz,
  ended_at timestamptz,
  duration_seconds double precision,
  activity_count integer,
  device varchar,
  app_version varchar,
  user_id text NOT NULL,
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX session_activity_user_recent ON session_activity (user_id, created_at DESC);

CREATE TABLE vibe_activity (
  id bigint NOT NULL,
  uid uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  "timestamp" timestamptz NOT NULL,
  ip_address inet,
  user_agent text,
  metadata jsonb NOT NULL,
  activity_type varchar NOT NULL,
  vibe_type varchar NOT NULL,
  vibe_id varchar NOT NULL,
  vibe_name varchar,
  vibe_category varchar,
  target_user_id text,
  vibe_score double precision,
  iq_impact double precision,
  aq_impact double precision,
  sq_impact double precision,
  hq_impact double precision,
  success boolean NOT NULL,
  error_message text,
  user_id text NOT NULL,
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX vibe_activity_user_recent ON vibe_activity (user_id, created_at DESC);

-- Computed, one row per person, kind of aggregation and day; partitioned by that day, which the uniqueness includes.
CREATE TABLE activity_aggregation (
  id bigint GENERATED ALWAYS AS IDENTITY,
  uid uuid NOT NULL DEFAULT gen_random_uuid(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  user_id text NOT NULL,
  aggregation_type varchar NOT NULL,
  date date NOT NULL,
  activity_counts jsonb NOT NULL,
  engagement_score double precision NOT NULL,
  PRIMARY KEY (id, date),
  CONSTRAINT activity_aggregation_unique UNIQUE (user_id, aggregation_type, date)
) PARTITION BY RANGE (date);

-- Facts that hold or do not. One row per person, fact and object; the last word by (effective_at, uid) counts. For
-- "connection" the person is the lesser and the object the greater of the two ids; "authorship" is one fact per content
-- and has no person; "retracted" names an activity by its uid.
CREATE TABLE standing (
  person_id text NOT NULL,
  fact text NOT NULL,
  object text NOT NULL,
  holds boolean NOT NULL,
  kind text NOT NULL,
  effective_at timestamptz NOT NULL,
  uid uuid NOT NULL,
  -- Log position of a last word whose time is that of its receipt: such words of one millisecond count as they came.
  position bigint,
  -- The circle of a circle fact. Of a connection: by, to and status (requested, accepted), and the words behind them.
  value jsonb,
  -- The signal that counts while the fact holds, to be taken back as it was.
  signal jsonb,
  PRIMARY KEY (person_id, fact, object)
);
CREATE INDEX standing_object ON standing (object, fact) WHERE holds;

CREATE TABLE users (
  id text PRIMARY KEY,
  name text,
  emails text[] NOT NULL DEFAULT '{}',
  time_zone text,
  traits jsonb NOT NULL DEFAULT '{}',
  settings jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- The last word on each field that an activity stated, by (effective_at, uid).
  words jsonb NOT NULL DEFAULT '{}'
);

-- The catalogue: what is known of content and communities. Read for every feed page: deleted and private content is
-- gone at once.
CREATE TABLE content (
  reference text PRIMARY KEY,
  type text NOT NULL,
  author_id text,
  tags text[] NOT NULL DEFAULT '{}',
  community_id text,
  reply_to text,
  title text,
  url text,
  visibility text NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'connections', 'community', 'private')),
  created_at timestamptz,
  deleted_at timestamptz,
  -- The last word on each field, by (effective_at, uid), and the last one of a moderator on its deletion.
  words jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX content_author ON content (author_id, created_at DESC);
CREATE INDEX content_recent ON content (created_at DESC) WHERE deleted_at IS NULL;

CREATE TABLE groups (
  id text PRIMARY KEY,
  name text NOT NULL,
  used_for_analytics boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);
CREATE TABLE group_members (
  group_id text NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_members_user ON group_members (user_id);

-- Rows of the log that could not be folded. The projector goes on; a person looks into it.
CREATE TABLE dead_letter (
  position bigint PRIMARY KEY,
  uid uuid NOT NULL,
  kind text NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  at timestamptz NOT NULL
);
