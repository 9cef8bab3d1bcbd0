"""Wagtail makes two groups of its own, "Moderators" and "Editors"; the portal's roles take their place."""

from django.db import migrations


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=["Moderators", "Editors"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_roles"),
        # Wagtail's migrations give these groups permissions: they must have run before.
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0090_remove_grouppagepermission_permission_type"),
        ("wagtaildocs", "0012_uploadeddocument"),
        ("wagtailimages", "0025_alter_image_file_alter_rendition_file"),
    ]
    operations = [migrations.RunPython(remove_groups, migrations.RunPython.noop)]
