"""One reader per kind of file. Each is a function `read(path, wanted) -> Table`; `kinds.py` says which one is meant."""
