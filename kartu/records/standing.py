"""What every page must know before it asks for anything: asked of the database once a request, in one query."""

from dataclasses import dataclass

from django.db import connection

from kartu.security import origin

# No page may take a query more for what hardly ever changes.
QUESTION = """
SELECT 'hidden', id, '' FROM records_changeset WHERE is_hidden
UNION ALL SELECT 'sections', COUNT(*), COALESCE(CAST(MAX(changed_at) AS text), '') FROM records_section
UNION ALL SELECT 'fields', COUNT(*), COALESCE(CAST(MAX(changed_at) AS text), '') FROM records_field
"""


@dataclass(frozen=True)
class Standing:
    """`hidden`: change sets whose rows are not to be seen yet. `shape` is another one whenever a section or field was
    added, changed or removed, in whichever process."""

    hidden: frozenset[int]
    shape: tuple


def standing() -> Standing:
    memory = origin.current().memory
    if "standing" not in memory:
        with connection.cursor() as cursor:
            cursor.execute(QUESTION)
            rows = cursor.fetchall()
        hidden = frozenset(number for what, number, _at in rows if what == "hidden")
        memory["standing"] = Standing(hidden, tuple(sorted(row for row in rows if row[0] != "hidden")))
    return memory["standing"]


def forget() -> None:
    """After one of these things has changed."""
    origin.current().memory.pop("standing", None)
