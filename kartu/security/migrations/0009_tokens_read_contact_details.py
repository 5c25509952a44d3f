"""Tokens made before phones and e-mails had rights of their own go on reading what they read."""

from django.db import migrations

GIVEN = ["clients.phones", "clients.emails"]


def give(apps, schema_editor):
    for token in apps.get_model("security", "AccessToken").objects.all():
        if "clients.view" in token.rights:
            token.rights = [*token.rights, *(right for right in GIVEN if right not in token.rights)]
            token.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("security", "0008_readable_log")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
