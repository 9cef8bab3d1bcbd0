"""How people are looked for in the editorial office."""

from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import User

#: More words than a name has are not looked at.
_MOST_WORDS: Final = 6


def people() -> QuerySet[User]:
    """Return everybody who has an account and may sign in, by name."""
    rows = User.objects.filter(is_active=True, erased_at=None)
    return rows.order_by("last_name", "first_name", "email", "pk")


def people_named(rows: QuerySet[User], text: str) -> QuerySet[User]:
    """Return those of ``rows`` who have each word of ``text`` in their name, or the whole of it as e-mail address.

    Parts of an address find nobody: whoever searches either knows it or has no business with it.
    """
    named = Q()
    for word in text.split()[:_MOST_WORDS]:
        named &= Q(first_name__icontains=word) | Q(last_name__icontains=word)
    return rows.filter(named | Q(email__iexact=text.strip()))
