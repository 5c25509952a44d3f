"""My day: all that waits for one person, in one order. `sources.py` says how an app adds its own."""
