// Creates the key of the records of migrations, which every other migration needs first.
// Indexes: none
// :params {}
CREATE CONSTRAINT migration_name IF NOT EXISTS FOR (m:Migration) REQUIRE m.name IS UNIQUE
