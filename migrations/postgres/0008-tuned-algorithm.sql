-- Numbers of feed algorithms that were chosen by replaying what happened, and what spoke for them.

CREATE TABLE tuned_algorithm (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  algorithm text NOT NULL,
  -- What takes the place of the same fields in the algorithm's file.
  overlay jsonb NOT NULL,
  evidence jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  active boolean NOT NULL
);

-- At most one at a time counts for an algorithm.
CREATE UNIQUE INDEX tuned_algorithm_active ON tuned_algorithm (algorithm) WHERE active;
