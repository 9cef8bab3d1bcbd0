"""A portal whose every text is hostile, made in its own process: published, in review, declined, draft."""

import json
import sys
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from contributions.services import reviewing, submitting
from core.mail.models import OutboxMail
from goodpractices.models import GoodPractice
from portal.demo.pages import load_pages
from search import tasks
from taxonomy.services import load_vocabulary
from tests.contributions.builders import kind
from tests.contributions.xss_scene import LINES, Scene
from tests.factories import person


class Stage(Scene):
    """The scene of hostile contributions, without looking: that is the browser's part."""

    def fetch(self, client: Client, path: str) -> bytes:
        """Return nothing of a download."""
        return b"{}"

    def look(self, client: Client, label: str, path: str) -> None:
        """Look at nothing."""

    def sent(self, number: int) -> Any:
        """Return a contribution that waits for the editors, with an internal note."""
        owner = self.owner(number)
        draft = self.written(owner, number)
        submitting.submit(user=owner, key=draft.pk, version=draft.version, consent=True)
        reviewing.add_note(user=self.editor, key=draft.pk, text=self.everything())
        return draft

    def told(self, draft: Any) -> dict[str, Any]:
        """Return where a contribution is, and whose it is."""
        draft.refresh_from_db()
        return {"key": draft.pk, "owner": draft.contributor.email, "item": draft.item_id, "type": draft.type}


def build() -> None:
    """Fill the portal's empty database, and print where everything is."""
    load_vocabulary()
    load_pages()
    stage = Stage(str)
    found: dict[str, Any] = {"published": []}
    # Each shows about as many lines in public; a third of all numbers are declined, hence the multiples.
    for number in [*range(0, len(LINES), 9), 2]:
        draft = stage.sent(number)
        stage.decide(draft, number)
        if number == 2:
            found["declined"] = stage.told(draft)
        else:
            found["published"].append(stage.told(draft))
    found["review"] = stage.told(stage.sent(4))
    found["draft"] = stage.told(stage.written(stage.owner(1), 1))
    tasks.drain_outbox()
    items = [GoodPractice.objects.get(pk=one["item"]) for one in found["published"]]
    found["uids"] = [item.uid for item in items]
    found["paths"] = [item.get_absolute_url() for item in items]
    found["contributors"] = [item.contributor_id for item in items]
    found["steps"] = [step.code for step in kind().steps]
    found["editor"] = stage.editor.email
    found["mails"] = [(mail.kind, mail.html) for mail in OutboxMail.objects.order_by("pk")]
    administrator = person(Role.ADMINISTRATOR)
    found["administrator"] = administrator.email
    for one in (stage.editor, administrator):
        TOTP.activate(one, generate_totp_secret())
    found["audit"] = reverse("audit-log:index")
    found["outbox"] = [reverse("outbox:index")]
    sys.stdout.write("hostile:" + json.dumps(found))
