"""Functions that events of S3 call."""
