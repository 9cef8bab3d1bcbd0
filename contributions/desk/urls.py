"""The addresses of the review desk, below /admin/contributions/."""

from django.urls import path

from contributions.desk.listing import DeskIndexView
from contributions.desk.queues import Tab
from contributions.desk.review_views import ReviewView
from contributions.desk.views import DifferenceView, FileView

app_name = "contribution_desk"
urlpatterns = [
    path("", DeskIndexView.as_view(tab=Tab.QUEUE), name="index"),
    path("results/", DeskIndexView.as_view(tab=Tab.QUEUE, results_only=True), name="index_results"),
    path("<int:key>/", ReviewView.as_view(), name="review"),
    path("<int:key>/notes/", ReviewView.as_view(fixed_action="note", http_method_names=["post"]), name="notes"),
    path("<int:key>/difference.json", DifferenceView.as_view(), name="difference"),
    path("<int:key>/files/<int:file_key>/", FileView.as_view(), name="file"),
]
for _tab in Tab:
    if _tab is not Tab.QUEUE:
        urlpatterns += [
            path(f"{_tab.value}/", DeskIndexView.as_view(tab=_tab), name=_tab.value),
            path(
                f"{_tab.value}/results/",
                DeskIndexView.as_view(tab=_tab, results_only=True),
                name=f"{_tab.value}_results",
            ),
        ]
