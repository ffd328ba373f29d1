"""Functions that EventBridge calls at intervals, or at the time of a user's schedule."""
