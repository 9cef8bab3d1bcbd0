"""One of everything in the editorial office, about Germany, under titles that nobody else may read."""

from typing import Any, Final

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, Site, Task, Workflow

from accounts.permissions import Role
from contributions.services import drafts, submitting
from contributions.workflow import ensure_workflow
from core.mail.models import OutboxMail
from portal.demo.pages import load_pages
from search.models import IndexFailure
from taxonomy.models import Country, DocumentType, Language, OrganisationType, TargetGroup, Theme, Topic
from taxonomy.services import load_vocabulary
from tests.architecture.addresses import Address
from tests.contributions.builders import contributor, written
from tests.factories import CriterionFactory, person

#: Stands in the title of everything that is Germany's; in no other text of the office.
SECRET: Final = "Zwetschgenkuchen"

VOCABULARY: Final = {
    "themes": Theme,
    "topics": Topic,
    "countries": Country,
    "languages": Language,
    "target_groups": TargetGroup,
    "organisation_types": OrganisationType,
    "document_types": DocumentType,
}


class Scene:
    """The rows, and what each parameter of an address is to be."""

    def __init__(self) -> None:
        ensure_workflow()
        load_vocabulary()
        load_pages()
        # Who checks the facts is there before anything is sent in, and so it waits for them.
        self.people = {
            "administrator": person(Role.ADMINISTRATOR),
            "editor": person(Role.EDITOR),
            "coordinator of DE": person(Role.COUNTRY_COORDINATOR, "DE"),
            "coordinator of PL": person(Role.COUNTRY_COORDINATOR, "PL"),
            "moderator": person(Role.MODERATOR),
            "contributor": person(Role.CONTRIBUTOR),
        }
        self.owner = contributor()
        draft = written(self.owner, title=f"{SECRET} in review")
        facts = SimpleUploadedFile("facts.txt", b"Facts and figures")
        drafts.add_file(user=self.owner, key=draft.pk, kind="attachment", upload=facts)
        self.contribution = submitting.submit(user=self.owner, key=draft.pk, version=draft.version, consent=True)
        self.item: Any = self.contribution.item
        self.person = person(Role.CONTRIBUTOR)
        self.values = self._values()

    def _values(self) -> dict[str, dict[str, Any]]:
        page: Any = Page.objects.get(slug="about").specific
        revision: Any = page.save_revision()
        state: Any = self.item.current_workflow_state.current_task_state
        file = get_document_model().objects.create(
            title=f"{SECRET} as a file", file=SimpleUploadedFile("a.txt", b"Text")
        )
        picture = get_image_model().objects.create(title=f"{SECRET} as a picture", file=get_test_image_file())
        collection = Collection.get_first_root_node().add_child(name="Files")  # type: ignore[union-attr]
        self.page, workflow = page, Workflow.objects.get()
        self.bulk = {
            "goodpractices.goodpractice": self.item.pk,
            "wagtailcore.page": page.pk,
            "core.portalimage": picture.pk,
            "core.portaldocument": file.pk,
            "accounts.user": self.person.pk,
        }
        redirect = Redirect.objects.create(old_path="/old", redirect_page=page)
        common = {
            "action_name": "approve",
            "app_label": "goodpractices",
            "app_name": "goodpractices",
            "collection_id": collection.pk,
            "content_type_app_name": "portal",
            "content_type_model_name": "staticpage",
            "destination_id": page.get_parent().pk,
            "doc_id": file.pk,
            "document_id": file.pk,
            "file_key": self.contribution.files.get().pk,
            "filter_spec": "width-20",
            "image_id": picture.pk,
            "key": self.contribution.pk,
            "model_name": "goodpractice",
            "object_id": self.item.pk,
            "page_id": page.pk,
            "page_pk": page.pk,
            "page_to_move_id": page.pk,
            "parent_page_id": page.get_parent().pk,
            "redirect_id": redirect.pk,
            "revision_id": revision.pk,
            "revision_id_a": "earliest",
            "revision_id_b": "latest",
            "session_id": 1,
            "task_id": state.task_id,
            "task_state_id": state.pk,
            "token": "forged",
            "uidb64": "MQ",
            "uploaded_file_id": 1,
            "workflow_pk": workflow.pk,
            "workflow_state_id": state.workflow_state_id,
        }
        item = {"pk": self.item.pk, "revision_id": self.item.latest_revision_id}
        return {
            "": common,
            "wagtailsnippets_goodpractices_goodpractice": item,
            "wagtailsnippetchoosers_goodpractices_goodpractice": item,
            "wagtailadmin_api:documents": {"pk": file.pk},
            "wagtaildocs_chooser": {"pk": file.pk},
            "wagtailadmin_api:images": {"pk": picture.pk},
            "wagtailimages_chooser": {"pk": picture.pk},
            "wagtailadmin_api:pages": {"pk": page.pk, "action_name": "copy"},
            "wagtailadmin_pages": {"pk": page.pk, "app_label": "portal", "model_name": "staticpage"},
            "wagtailadmin_collections": {"pk": collection.pk},
            "wagtailadmin_workflows": {"pk": workflow.pk, "app_label": "contributions", "model_name": "reviewtask"},
            "wagtailsites": {"pk": Site.objects.get().pk},
            "criteria": {"pk": CriterionFactory().pk},
            "wagtailusers_users": {"pk": self.person.pk},
            "person_chooser": {"pk": self.person.pk},
            "wagtailusers_groups": {"pk": Group.objects.get(name=Role.EDITOR.value).pk},
            "wagtailsettings": {"pk": 1},
            "search-index": {
                "pk": IndexFailure.objects.create(uid=self.item.uid, type="practice", version=1, error="x").pk
            },
            "outbox": {"pk": OutboxMail.objects.first().pk},  # type: ignore[union-attr]  # the submission's
            **{space: {"pk": model._default_manager.first().pk} for space, model in VOCABULARY.items()},  # type: ignore[union-attr]  # loaded
        }

    def path(self, address: Address) -> str:
        """Where ``address`` is for the rows of the scene."""
        space = address.name.rpartition(":")[0]
        values = self.values[""] | self.values.get(space, {})
        if address.route == "admin/^.*/$":
            return "/admin/nowhere/"
        if address.name.startswith("bulk:"):
            return address.filled(values) + f"?next=/admin/&id={self.bulk[address.name.split(':')[1]]}"
        if address.name == "wagtailadmin_workflows:edit_task":
            values["pk"] = Task.objects.first().pk  # type: ignore[union-attr]
        return address.filled(values)
