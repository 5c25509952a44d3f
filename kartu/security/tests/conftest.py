from django.db import connection

# SQLite has one writer at a time: there ids commit in order, and nothing comes late.
collect_ignore = [] if connection.vendor == "postgresql" else ["test_seals_late.py"]
