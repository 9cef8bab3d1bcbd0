"""Serve the portal with its worker: what `make run` starts."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from portal.catalogues import compile_catalogues
from portal.supervisor import open_listener, run_together, serve_web, serve_worker


class Command(BaseCommand):
    """Prepare the database, load the demo content into an empty one, then serve until Ctrl-C."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address to listen on."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare and serve. Raises CommandError when DEBUG is off or the port is taken."""
        if not settings.DEBUG:
            message = "run_portal is for development and loads accounts with a public password: set DEBUG=on."
            raise CommandError(message)
        try:
            listener = open_listener(options["host"], options["port"])
        except OSError as error:
            message = f"Port {options['port']} cannot be used ({error.strerror}): choose another, make run PORT=8001."
            raise CommandError(message) from error
        self.prepare()
        # Loaded once here; both processes begin with it in memory.
        import_module(settings.ROOT_URLCONF)
        connections.close_all()

        def work() -> None:
            listener.close()
            serve_worker()

        def started() -> None:
            # The web process has its own copy: the port is free as soon as that one ends.
            listener.close()
            self.announce(options["port"])

        code = run_together({"web": lambda: serve_web(listener), "worker": work}, on_started=started)
        self.stdout.write("\nStopped.")
        if code:
            raise SystemExit(code)

    def prepare(self) -> None:
        """Bring translations, folders and database up to date; fill an empty database with the demo content."""
        for folder in settings.LOCALE_PATHS:
            compile_catalogues(folder)
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)
        if "load_demo" in get_commands() and not get_user_model()._default_manager.exists():
            self.stdout.write("Loading the demo content …")
            call_command("load_demo")

    def announce(self, port: int) -> None:
        """Print where the portal is and who may sign in."""
        address = f"http://localhost:{port}"
        users = get_user_model()._default_manager.filter(email__endswith="@portal.example").order_by("pk")
        accounts = ", ".join(users.values_list("email", flat=True)[:12])
        connections.close_all()
        lines = [f"The portal runs at {address}/ (administration: {address}/admin/)."]
        if accounts:
            lines.append(f"Demo accounts: {accounts}; password: {settings.DEMO_PASSWORD}")
        self.stdout.write("\n".join([*lines, "Ctrl-C stops it."]))
        self.stdout.flush()
