"""Files of a draft: they come with any saving of their step, or one by one from the page's script."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contributions.errors import RefusedError
from contributions.models import Contribution, ContributionFile
from contributions.services import drafts
from contributions.views.access import own, private

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

_PHOTO = ContributionFile.Kind.PHOTO
_ATTACHMENT = ContributionFile.Kind.ATTACHMENT
#: What pictures are sent as, by what their names end in.
PICTURES: Final = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file was not taken; ``kind`` says beside which control it stands."""

    kind: str
    name: str
    message: str


def receive_files(request: HttpRequest, key: int, *, only_texts: bool = False) -> list[FileProblem]:
    """Do what a sent form says about files: texts, removals, new ones. Returns what could not be done."""
    user: Any = request.user
    problems: list[FileProblem] = []
    held = {row.pk: row for row in own(request, key).files.all()}
    removed = request.POST.get("remove", "") if not only_texts else ""
    for row in held.values():
        try:
            if str(row.pk) == removed:
                drafts.remove_file(user=user, key=key, file_key=row.pk)
            elif f"alternative-{row.pk}" in request.POST:
                alternative = request.POST[f"alternative-{row.pk}"]
                credit = request.POST.get(f"credit-{row.pk}", "")
                drafts.describe_file(user=user, key=key, file_key=row.pk, alternative=alternative, credit=credit)
        except RefusedError as error:
            problems.append(FileProblem(row.kind, row.name, " ".join(error.messages)))
        except ContributionFile.DoesNotExist:
            continue  # removed in another window: then there is nothing left to do
    if only_texts:
        return problems
    for kind, name in ((_PHOTO, "photo"), (_ATTACHMENT, "attachments")):
        for upload in request.FILES.getlist(name):
            row_or_problem = _add(request, key, kind, upload)
            if isinstance(row_or_problem, FileProblem):
                problems.append(row_or_problem)
    return problems


def _add(
    request: HttpRequest, key: int, kind: ContributionFile.Kind, upload: "UploadedFile[Any]"
) -> ContributionFile | FileProblem:
    user: Any = request.user
    credit = request.POST.get("new-credit", "") if kind == _PHOTO else ""
    alternative = request.POST.get("new-alternative", "") if kind == _PHOTO else ""
    try:
        return drafts.add_file(
            user=user, key=key, kind=kind.value, upload=upload, credit=credit, alternative=alternative
        )
    except ValidationError as error:
        return FileProblem(kind.value, str(upload.name or "")[:80], " ".join(error.messages))


def add_one(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Add the one file that the page's script has sent; answers in JSON."""
    kind = _PHOTO if "photo" in request.FILES else _ATTACHMENT
    upload = request.FILES.get("photo" if kind == _PHOTO else "attachments")
    if upload is None:
        return JsonResponse({"message": _("Choose a file first.")}, status=400)
    row = _add(request, contribution.pk, kind, upload)
    if isinstance(row, FileProblem):
        return JsonResponse({"message": row.message}, status=400)
    context = {"file": row, "contribution": contribution}
    return JsonResponse({"html": render_to_string("contributions/contribute/file.html", context, request)})


@require_safe
@private
def download(request: HttpRequest, key: int) -> HttpResponse | FileResponse:
    """Hand a file to the person it belongs to, and to those who may review the contribution."""
    user = request.user
    if not user.is_authenticated:
        raise Http404(_("There is no such file."))
    allowed = Q(contribution__contributor_id=user.pk) | Q(
        contribution__in=Contribution.objects.reviewable_by(user).values("pk")
    )
    row = ContributionFile.objects.filter(allowed, pk=key).first()
    if row is None:
        raise Http404(_("There is no such file."))
    try:
        content = row.file.open("rb")
    except OSError as error:
        raise Http404(_("There is no such file.")) from error
    # A photo was drawn anew by the portal: it is a picture and nothing else, and the preview shows it.
    kind = PICTURES.get(row.extension) if row.kind == _PHOTO else None
    response = FileResponse(
        content, as_attachment=True, filename=row.name, content_type=kind or "application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
