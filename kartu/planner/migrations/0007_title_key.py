import kartu.core.fields
from django.db import migrations, models

from kartu.core.text import sort_key


def fill(apps, schema_editor):
    Task = apps.get_model("planner", "Task")
    pending = []
    for task in Task._base_manager.only("pk", "title").iterator(chunk_size=1000):
        task.title_key = sort_key(task.title)
        pending.append(task)
        if len(pending) == 1000:
            Task._base_manager.bulk_update(pending, ["title_key"])
            pending = []
    if pending:
        Task._base_manager.bulk_update(pending, ["title_key"])


class Migration(migrations.Migration):
    dependencies = [("planner", "0006_call_backs")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="title_key",
            field=kartu.core.fields.FoldedField(blank=True, default="", editable=False),
        ),
        migrations.RemoveIndex(model_name="task", name="task_closed"),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)), fields=["closed_at"], name="task_closed"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
