from django.db import migrations

from kartu.clients.duplicates.keys import key_of_company, key_of_person

CHUNK = 1000


def fill(apps, schema_editor):
    for name in ("Client", "Contact"):
        model, after = apps.get_model("clients", name), 0
        while rows := list(model.objects.filter(pk__gt=after).order_by("pk")[:CHUNK]):
            for row in rows:
                is_company = getattr(row, "kind", "") == "company"
                person = key_of_person(row.name, row.family_name, row.given_name)
                row.match_key = key_of_company(row.name) if is_company else person
            model.objects.bulk_update(rows, ["match_key"])
            after = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_duplicates")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
