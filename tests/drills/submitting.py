"""Submits contributions one after the other, as a process of its own: ``python -m tests.drills.submitting 200``."""

import os
import sys

import django


def main(count: int) -> None:
    """Write and submit ``count`` contributions of as many people."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from accounts.permissions import Role
    from contributions.services import drafts, submitting
    from tests.contributions.builders import complete, contributor, kind
    from tests.factories import person

    # Somebody who is told of each contribution that waits.
    person(Role.COUNTRY_COORDINATOR, "DE", email="desk@example.org")
    for number in range(count):
        user = contributor(email=f"submitter-{number}@example.org")
        begun = drafts.start(user=user, kind=kind(), token=f"drill-{number}")
        raw = complete(title=f"Practice of the drill {number}")
        saved = drafts.save(user=user, key=begun.pk, raw=raw, version=begun.version)
        submitting.submit(user=user, key=begun.pk, version=saved.version, consent=True)
        print(number, flush=True)  # noqa: T201 - the drill reads it


if __name__ == "__main__":
    main(int(sys.argv[1]))
