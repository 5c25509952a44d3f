from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("clients", "0009_collaborators"), ("planner", "0006_call_backs")]

    operations = [migrations.DeleteModel(name="CallBack")]
