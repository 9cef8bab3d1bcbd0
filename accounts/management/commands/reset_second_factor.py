"""Take the second factors off an account whose owner has lost them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services import reset_second_factors


class Command(BaseCommand):
    """Makes the next sign-in ask for the password alone, and staff set up a second factor again."""

    help = "Take all second factors off an account; first make sure who is asking."

    def add_arguments(self, parser: CommandParser) -> None:
        """The account's address."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take them off, and say how many there were."""
        person = User.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            message = f"There is no account with the address {options['email']}."
            raise CommandError(message)
        number = reset_second_factors(person=person)
        self.stdout.write(f"{person.email}: {number} taken off. All sessions have ended.")
