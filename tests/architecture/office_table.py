"""Who reaches which address of the editorial office: the table, as data.

Whoever has no place in the office is sent away from every address but those in ``ANYBODY``; for the others each
audience says what a plain request brings: "in" (there is an answer), "away" (sign-in, or the desk with a word that
the right is missing), "gone" (as if there were no such row), "broken" (Wagtail's own page for trying out errors).
"""

from typing import Final

#: In the order of these people.
PEOPLE: Final = ("administrator", "editor", "coordinator of DE", "coordinator of PL")
ANYBODY: Final = "anybody"
OUTCOMES: Final[dict[str, tuple[str, str, str, str]]] = {
    ANYBODY: ("in", "in", "in", "in"),
    "office": ("in", "in", "in", "in"),
    "editors": ("in", "in", "away", "away"),
    "administrators": ("in", "away", "away", "away"),
    "nobody": ("away", "away", "away", "away"),
    # The rows of the scene are Germany's.
    "country": ("in", "in", "in", "gone"),
    "country, then the right": ("in", "in", "away", "gone"),
    # Decided at the review desk alone, and nothing to unlock.
    "country, then nobody": ("away", "away", "away", "gone"),
    "not there": ("gone", "gone", "gone", "gone"),
    "not there, for editors": ("gone", "gone", "away", "away"),
    "one's own pages": ("in", "in", "gone", "gone"),
    "for trying out errors": ("broken", "broken", "broken", "broken"),
}
#: A word for the names that a model's own addresses have.
_MODEL: Final = "index index_results add edit delete history history_results usage"


def _row(audience: str, space: str, names: str) -> dict[str, str]:
    return {f"{space}:{name}" if space else name: audience for name in names.split()}


_VOCABULARY: Final = [
    "criteria",
    "themes",
    "topics",
    "countries",
    "languages",
    "target_groups",
    "organisation_types",
    "document_types",
]

TABLE: Final[dict[str, str]] = {
    # Without a name: by the route.
    "admin/login/": ANYBODY,
    "admin/password_reset/": ANYBODY,
    "admin/test404/": "office",
    "admin/^.*/$": "not there",
    # Wagtail's home, account and small things.
    **_row(ANYBODY, "", "wagtailadmin_sprite wagtailadmin_javascript_catalog wagtailadmin_login"),
    **_row(ANYBODY, "", "wagtailadmin_password_reset"),
    **_row("office", "", "wagtailadmin_home wagtailadmin_account wagtailadmin_logout wagtailadmin_dismissibles"),
    **_row("office", "", "wagtailadmin_tag_autocomplete"),
    **_row("not there", "", "wagtailadmin_tag_model_autocomplete wagtailadmin_block_preview"),
    "wagtailadmin_error_test": "for trying out errors",
    # Takes what is sent, and nothing else, whatever is there.
    **_row("office", "wagtailadmin_editing_sessions", "ping release"),
    # Its interface for programs.
    **_row("office", "wagtailadmin_api:pages", "listing action"),
    **_row("one's own pages", "wagtailadmin_api:pages", "detail"),
    **_row("not there", "wagtailadmin_api:pages", "find"),
    **_row("editors", "wagtailadmin_api:documents", "listing detail"),
    **_row("editors", "wagtailadmin_api:images", "listing detail"),
    **_row("not there, for editors", "wagtailadmin_api:documents", "find"),
    **_row("not there, for editors", "wagtailadmin_api:images", "find"),
    # The page tree.
    **_row("editors", "", "wagtailadmin_explore_root wagtailadmin_explore wagtailadmin_explore_results"),
    **_row("editors", "wagtailadmin_pages", "add preview_on_add type_use type_use_results usage edit preview_on_edit"),
    **_row("editors", "wagtailadmin_pages", "view_draft delete unpublish search search_results move copy set_privacy"),
    **_row("editors", "wagtailadmin_pages", "revisions_view revisions_revert revisions_unschedule revisions_compare"),
    **_row("editors", "wagtailadmin_pages", "workflow_history history history_results add_subpage"),
    **_row("office", "wagtailadmin_pages", "choose_parent move_confirm confirm_workflow_cancellation revisions_index"),
    **_row("office", "wagtailadmin_pages", "set_page_position lock unlock"),
    **_row("office", "wagtailadmin_pages", "workflow_action collect_workflow_action_data"),
    **_row("not there", "wagtailadmin_pages", "convert_alias"),
    **_row("not there, for editors", "wagtailadmin_pages", "workflow_history_detail"),
    **_row("nobody", "wagtailadmin_pages", "workflow_preview"),
    **_row("office", "", "wagtailadmin_choose_page wagtailadmin_choose_page_child wagtailadmin_choose_page_search"),
    **_row("office", "", "wagtailadmin_choose_page_chosen_multiple wagtailadmin_choose_page_external_link"),
    **_row("office", "", "wagtailadmin_choose_page_email_link wagtailadmin_choose_page_phone_link"),
    **_row("office", "", "wagtailadmin_choose_page_anchor_link"),
    **_row("office", "wagtailembeds", "chooser chooser_upload"),
    **_row("editors", "person_chooser", "choose choose_results chosen chosen_multiple"),
    # Files and pictures.
    **_row("editors", "wagtaildocs", "index index_results add edit delete add_multiple document_usage"),
    **_row("office", "wagtaildocs", "edit_multiple create_multiple_from_uploaded_document delete_multiple"),
    **_row("office", "wagtaildocs", "delete_upload_multiple"),
    **_row("editors", "wagtaildocs_chooser", "chosen create"),
    **_row("office", "wagtaildocs_chooser", "choose choose_results chosen_multiple"),
    **_row("editors", "wagtailimages", "index index_results add edit delete preview add_multiple image_usage"),
    **_row("office", "wagtailimages", "edit_multiple create_multiple_from_uploaded_image delete_multiple"),
    **_row("office", "wagtailimages", "delete_upload_multiple"),
    **_row("not there, for editors", "wagtailimages", "url_generator url_generator_output"),
    **_row("editors", "wagtailimages_chooser", "chosen create select_format"),
    **_row("office", "wagtailimages_chooser", "choose choose_results chosen_multiple"),
    **_row("nobody", "wagtailadmin_collections", "index add edit set_privacy"),
    **_row("not there", "wagtailadmin_collections", "delete"),
    # Workflows are the code's; who sees every country sees how they are used.
    **_row("nobody", "wagtailadmin_workflows", "index index_results add disable edit usage usage_results add_task"),
    **_row("nobody", "wagtailadmin_workflows", "select_task_type task_index task_index_results edit_task disable_task"),
    **_row("editors", "wagtailadmin_workflows", "task_chooser task_chooser_results task_chooser_create task_chosen"),
    **_row("editors", "wagtailadmin_workflows", "enable remove enable_task"),
    **_row("editors", "wagtailadmin_reports", "locked_pages locked_pages_results workflow workflow_results"),
    **_row("editors", "wagtailadmin_reports", "workflow_tasks workflow_tasks_results site_history"),
    **_row("editors", "wagtailadmin_reports", "site_history_results aging_pages aging_pages_results"),
    **_row("editors", "wagtailadmin_reports", "page_types_usage page_types_usage_results"),
    # The review desk.
    **_row("office", "contribution_desk", "index index_results taken taken_results open open_results"),
    **_row("office", "contribution_desk", "waiting waiting_results appealed appealed_results"),
    **_row("office", "contribution_desk", "decided decided_results"),
    **_row("country", "contribution_desk", "review difference file"),
    # With POST in the table of the desk.
    **_row("office", "contribution_desk", "notes"),
    # Content.
    **_row("nobody", "wagtailsnippets", "index"),
    **_row("office", "wagtailsnippets_goodpractices_goodpractice", "list list_results"),
    **_row("editors", "wagtailsnippets_goodpractices_goodpractice", "add preview_on_add"),
    **_row("country", "wagtailsnippets_goodpractices_goodpractice", "edit usage history history_results inspect"),
    **_row("country", "wagtailsnippets_goodpractices_goodpractice", "revisions_view revisions_revert"),
    **_row("country", "wagtailsnippets_goodpractices_goodpractice", "revisions_compare workflow_history confirm"),
    **_row("country", "wagtailsnippets_goodpractices_goodpractice", "workflow_history_detail preview_on_edit"),
    **_row("country", "wagtailsnippets_goodpractices_goodpractice", "confirm_workflow_cancellation"),
    **_row("country, then the right", "wagtailsnippets_goodpractices_goodpractice", "delete copy unpublish lock"),
    **_row("country, then the right", "wagtailsnippets_goodpractices_goodpractice", "revisions_unschedule archive"),
    **_row("country, then the right", "wagtailsnippets_goodpractices_goodpractice", "bring_back"),
    **_row("country, then nobody", "wagtailsnippets_goodpractices_goodpractice", "unlock workflow_action"),
    **_row("country, then nobody", "wagtailsnippets_goodpractices_goodpractice", "collect_workflow_action_data"),
    **_row("country, then nobody", "wagtailsnippets_goodpractices_goodpractice", "workflow_preview"),
    **_row("country", "wagtailsnippetchoosers_goodpractices_goodpractice", "chosen"),
    **_row("office", "wagtailsnippetchoosers_goodpractices_goodpractice", "choose choose_results chosen_multiple"),
    **_row("not there", "wagtailsnippetchoosers_goodpractices_goodpractice", "create"),
    # Vocabulary, index, people, the rest of the house.
    **{name: audience for space in _VOCABULARY for name, audience in _row("editors", space, _MODEL).items()},
    **_row("editors", "search-index", "index index_results retry retry_all"),
    **_row("administrators", "audit-log", "index index_results"),
    **_row("administrators", "outbox", "index index_results send_again send_all_again"),
    **_row("administrators", "wagtailusers_users", _MODEL),
    **_row("nobody", "wagtailusers_groups", _MODEL),
    **_row("nobody", "wagtailsites", f"{_MODEL} copy"),
    **_row("administrators", "wagtailredirects", "index index_results add edit delete start_import process_import"),
    **_row("not there", "wagtailsettings", "edit preview_on_edit"),
}
#: Pages of Wagtail's own reset, which stands behind ours: there is nothing there for anybody.
TABLE.update(_row("not there", "", "wagtailadmin_password_reset_done wagtailadmin_password_reset_confirm"))
TABLE.update(_row("not there", "", "wagtailadmin_password_reset_complete"))
#: Several rows at once, as each kind has it; items that may be seen and not changed are named and left.
TABLE.update(_row("administrators", "bulk:accounts.user", "assign_role delete set_active_state"))
TABLE.update(_row("editors", "bulk:core.portaldocument", "add_tags add_to_collection delete"))
TABLE.update(_row("editors", "bulk:core.portalimage", "add_tags add_to_collection delete"))
TABLE.update(_row("editors", "bulk:wagtailcore.page", "delete move publish unpublish"))
TABLE.update(_row("country", "bulk:goodpractices.goodpractice", "archive bring_back delete publish"))
