"""Functions that an API function calls: it waits for the answer, or has work done later."""
