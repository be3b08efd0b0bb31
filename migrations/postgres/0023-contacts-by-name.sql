-- Whose settings name somebody, for the moment in which that somebody becomes one person with another id.
CREATE INDEX feed_settings_forgotten_contacts ON feed_settings USING gin (forgotten_contacts)
  WHERE forgotten_contacts IS NOT NULL;
