"""Functions that SQS queues feed, one message at a time."""
