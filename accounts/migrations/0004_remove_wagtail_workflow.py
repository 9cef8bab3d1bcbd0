"""Wagtail makes a workflow for its group "Moderators"; with the group gone, pages sent there would wait for ever."""

from django.db import migrations


def remove_workflow(apps, schema_editor):
    name = "Moderators approval"
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=name).delete()
    apps.get_model("wagtailcore", "GroupApprovalTask").objects.filter(name=name, groups=None).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_remove_wagtail_groups")]
    operations = [migrations.RunPython(remove_workflow, migrations.RunPython.noop)]
