"""What a database can do, asked so that a lock held by somebody else is never taken for an answer."""

from typing import Any


def ask_for_json(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Settle whether a new connection to SQLite knows JSON; a receiver of `connection_created`.

    Django asks where it is needed first, within a transaction: with IMMEDIATE ones that waits for whoever writes, and
    where that takes longer than the timeout it concludes, for as long as the process lives, that there is no JSON.
    """
    if connection.vendor == "sqlite":
        knows = connection.connection.execute("SELECT 1 FROM pragma_function_list WHERE name = 'json_object'")
        connection.features.supports_json_field = knows.fetchone() is not None
