from django.db import migrations


def wait_for_hand_over(apps, schema_editor):
    """Whoever was shown out before there was a hand-over stands on the list of those whose work waits for one."""
    people = apps.get_model("firm.User").objects.filter(is_active=False)
    departures = apps.get_model("records.Departure").objects
    for person in people:
        departures.create(person=person)


class Migration(migrations.Migration):
    dependencies = [("records", "0012_departures")]

    operations = [migrations.RunPython(wait_for_hand_over, migrations.RunPython.noop, elidable=True)]
