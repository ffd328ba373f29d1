"""Version of the records, by which a later release recognises what it reads."""

SCHEMA_VERSION = 2
"""Written into every record, by which a later release recognises what it reads."""

COUNTED_SINCE = 2
"""The schema version since which a job's bytes are counted. An older one is counted from its next
recount on (``retake sweep orphans --repair``), and works until then."""
