"""Users, who sign in with their e-mail address, and the countries that coordinators answer for."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from accounts.privacy.models import DataExport, ErasureRequest  # noqa: F401 - Django looks for models here


class PortalUserManager(UserManager["User"]):
    """Makes users from an e-mail address; there is no user name."""

    def _make(self, email: str, password: str | None, **fields: Any) -> "User":
        if not email:
            message = "A user needs an e-mail address."
            raise ValueError(message)
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":  # type: ignore[override]  # no user name here
        """Make an ordinary user with ``email`` as login. Raises ValueError without an address."""
        return self._make(email, password, **fields)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":  # type: ignore[override]  # no user name here
        """Make a user who may do everything. Raises ValueError without an address."""
        return self._make(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with that address, however it was capitalised when signing in."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person with an account."""

    username = None  # type: ignore[assignment]  # the e-mail address is the login
    email = models.EmailField(_("e-mail address"), unique=True)
    interface_language = models.CharField(
        _("language of messages"),
        max_length=2,
        choices=[("en", "English"), ("fr", "Français"), ("de", "Deutsch")],
        default="en",
    )
    countries: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "taxonomy.Country",
        verbose_name=_("countries coordinated"),
        blank=True,
        related_name="coordinators",
        help_text=_("For country coordinators: the countries whose content they look after."),
    )

    country = models.ForeignKey(
        "taxonomy.Country",
        verbose_name=_("country"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Where you work."),
    )
    target_area = models.ForeignKey(
        "taxonomy.OrganisationType",
        verbose_name=_("kind of organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The kind of organisation you work for."),
    )
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    languages = models.JSONField(
        _("languages"), default=list, blank=True, help_text=_("The languages you work in, as a list of their codes.")
    )
    about = models.TextField(_("about me"), max_length=600, blank=True)
    # What is public is chosen, each thing apart; nothing is public by itself.
    credit_by_name = models.BooleanField(_("name me on what I contribute"), default=False)
    public_page = models.BooleanField(_("show a public page with what I contributed"), default=False)
    show_organisation = models.BooleanField(_("show my organisation there"), default=False)
    show_country = models.BooleanField(_("show my country there"), default=False)
    show_languages = models.BooleanField(_("show my languages there"), default=False)
    show_about = models.BooleanField(_("show what I wrote about myself there"), default=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[PortalUserManager] = PortalUserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The person's roles, by the groups they are in."""
        known = set(Role)
        names = set(self.groups.values_list("name", flat=True))
        roles = {Role(name) for name in names if name in known}
        return frozenset(roles | ({Role.ADMINISTRATOR} if self.is_superuser else set()))

    @cached_property
    def country_codes(self) -> frozenset[str]:
        """The codes of the countries this person coordinates."""
        return frozenset(self.countries.values_list("code", flat=True))
