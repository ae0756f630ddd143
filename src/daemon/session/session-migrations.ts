/** The layout of the session database: one step a version, in order; never changed once released. */

/** "SHOD" */
export const sessionApplicationId = 0x53484f44;

export const sessionMigrations: readonly string[] = [
  `CREATE TABLE torrent (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     info_hash TEXT NOT NULL UNIQUE,
     dir TEXT NOT NULL,
     trackers TEXT NOT NULL,
     wanted TEXT NOT NULL CHECK (wanted IN ('started', 'stopped', 'removing')),
     recheck INTEGER NOT NULL,
     added_at_ms INTEGER NOT NULL,
     completed_at_ms INTEGER,
     name TEXT NOT NULL,
     length_bytes INTEGER NOT NULL,
     wanted_bytes INTEGER NOT NULL,
     done_bytes INTEGER NOT NULL,
     uploaded_bytes INTEGER NOT NULL,
     downloaded_bytes INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE source (
     info_hash TEXT PRIMARY KEY REFERENCES torrent (info_hash) ON DELETE CASCADE,
     magnet TEXT,
     torrent BLOB,
     CHECK ((magnet IS NULL) <> (torrent IS NULL))
   ) STRICT;`,
  `ALTER TABLE torrent ADD COLUMN moving TEXT;
   ALTER TABLE torrent ADD COLUMN checks_alone INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE torrent ADD COLUMN tiers TEXT;
   ALTER TABLE torrent ADD COLUMN first_tracker TEXT;
   ALTER TABLE torrent ADD COLUMN forced INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE torrent ADD COLUMN goal_reached TEXT;
   ALTER TABLE torrent ADD COLUMN goal_waived INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE torrent ADD COLUMN active_at_ms INTEGER;
   ALTER TABLE torrent ADD COLUMN given_name TEXT;
   ALTER TABLE torrent ADD COLUMN paths TEXT;
   ALTER TABLE torrent ADD COLUMN private INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE torrent ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
   ALTER TABLE torrent ADD COLUMN category TEXT;
   ALTER TABLE torrent ADD COLUMN queue_position INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE torrent ADD COLUMN sequential INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE torrent ADD COLUMN down_limit INTEGER;
   ALTER TABLE torrent ADD COLUMN up_limit INTEGER;
   ALTER TABLE torrent ADD COLUMN seed_ratio REAL;
   ALTER TABLE torrent ADD COLUMN seed_time_s REAL;
   ALTER TABLE torrent ADD COLUMN priorities BLOB;
   ALTER TABLE torrent ADD COLUMN wasted_bytes INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE torrent ADD COLUMN seeding_ms INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE torrent ADD COLUMN active_ms INTEGER NOT NULL DEFAULT 0;
   UPDATE torrent SET queue_position = id;
   CREATE TABLE setting (
     key TEXT PRIMARY KEY,
     value TEXT NOT NULL,
     file_value TEXT
   ) STRICT;
   CREATE TABLE category (name TEXT PRIMARY KEY, dir TEXT NOT NULL) STRICT;
   CREATE TABLE label (name TEXT PRIMARY KEY) STRICT;
   CREATE TABLE kept (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;`,
];
