"""What is asked of the database once in the life of a process is asked right."""

from threading import Thread

import pytest
from django.db import connection, connections, transaction


@pytest.mark.django_db(transaction=True)
def test_a_lock_held_by_somebody_else_is_not_taken_for_a_database_without_json():
    if connection.vendor != "sqlite":
        assert connection.features.supports_json_field
        return
    answers = []

    def ask() -> None:
        mine = connections["default"]
        try:
            mine.ensure_connection()
            mine.connection.execute("PRAGMA busy_timeout=0")
            answers.append(mine.features.supports_json_field)
        finally:
            mine.close()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE held (id integer)")  # the lock is ours until the end
        asking = Thread(target=ask)
        asking.start()
        asking.join()
        transaction.set_rollback(True)
    assert answers == [True]
