from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0014_lists_are_a_kind_of_change")]

    operations = [
        migrations.AddField(
            model_name="changeset", name="left", field=models.JSONField(blank=True, default=dict)
        ),
    ]
