"""The log to be read: who did what, when, from where. Nothing here writes but the lines that tell of the reading."""
