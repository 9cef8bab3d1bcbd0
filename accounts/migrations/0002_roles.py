"""The groups of the roles; their permissions follow the table in ``accounts.permissions`` after every migration."""

from django.db import migrations

ROLES = ("administrator", "editor", "country-coordinator", "moderator", "contributor")


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
