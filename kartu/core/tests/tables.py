"""Tables for models that exist in a test only."""

from django.db import connection, models


def create_table(model: type[models.Model]) -> None:
    """Make the table of `model` inside the running test's transaction, which SQLite's schema editor would refuse."""
    editor = connection.SchemaEditorClass(connection, collect_sql=True)
    editor.deferred_sql = []
    editor.create_model(model)
    with connection.cursor() as cursor:
        for statement in [*editor.collected_sql, *map(str, editor.deferred_sql)]:
            cursor.execute(statement.rstrip(";"))
