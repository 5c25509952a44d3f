"""A result of tasks may demand a next step; firms that exist get the ready results that new ones begin with."""

from typing import Any

from django.db import migrations, models

from kartu.planner.starting import ready_outcomes


def fill(apps: Any, schema_editor: Any) -> None:
    firm = apps.get_model("firm", "Firm").objects.first()
    Outcome = apps.get_model("planner", "Outcome")
    if firm is None or Outcome.objects.exists():
        return
    for place, values in enumerate(ready_outcomes(firm.language), 1):
        Outcome.objects.create(place=place, **values)


class Migration(migrations.Migration):
    dependencies = [("firm", "0001_initial"), ("planner", "0009_scheduler_setting")]

    operations = [
        migrations.AlterModelOptions(
            name="outcome",
            options={
                "ordering": ["place", "id"],
                "verbose_name": "result of tasks",
                "verbose_name_plural": "results of tasks",
            },
        ),
        migrations.AddField(
            model_name="outcome",
            name="needs_next",
            field=models.BooleanField(default=False, verbose_name="A next step must be named"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
