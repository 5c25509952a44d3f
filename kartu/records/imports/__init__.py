"""The import engine: reads any table, guesses what stands where, stages it, checks it and applies it.

It knows no client. An upper app adds an `Importer` (see `importers.py`) that says which fields it takes and how a
row becomes records. `readers/` and `child.py` run in a child process and import nothing of Django.
"""
