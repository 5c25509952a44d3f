"""Tasks from files, and from other programs by way of their exports. See records/imports/importers.py."""
