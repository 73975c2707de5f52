"""The REST API: one router over the resources of every app, its description, and its pages."""

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.cache import cache_page
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from institution.api.code_lists import CodeListDetail, CodeLists
from institution.api.organisation import Governments, Units
from institution.api.throttling import limited
from monitoring.api.evaluations import Commitments, EvaluationRecord, Evaluations, Periods
from monitoring.api.results import ResultChanges, Results
from monitoring.api.scorecards import Scorecards
from plans.api import Activities, Guidelines, Indicators, Objectives, Plans, StrategicActions
from reports.api import Documents

app_name = "api"
# Writing the description takes half a second, and it changes with the code only.
kept = cache_page(60 * 60)
# The library draws its icons as `data:` pictures; everything else keeps our policy.
pages = csp_update({"img-src": ["data:"]})
router = SimpleRouter(use_regex_path=True)
router.register("governments", Governments, "government")
router.register(r"governments/(?P<government>[^/]{1,6})/units", Units, "unit")
router.register("plans", Plans, "plan")
PLAN = r"plans/(?P<plan>[^/]{1,40})"
for name, resource, basename in (
    ("guidelines", Guidelines, "guideline"),
    ("objectives", Objectives, "objective"),
    ("strategic-actions", StrategicActions, "strategic-action"),
    ("activities", Activities, "activity"),
    ("indicators", Indicators, "indicator"),
    ("periods", Periods, "period"),
    ("results", Results, "result"),
    ("evaluations", Evaluations, "evaluation"),
    ("commitments", Commitments, "commitment"),
    ("documents", Documents, "document"),
):
    router.register(f"{PLAN}/{name}", resource, basename)

urlpatterns = [
    # Who types the address of the API gets its pages.
    path("", limited(login_not_required(RedirectView.as_view(pattern_name="api:docs"))), name="root"),
    path("schema/", limited(kept(SpectacularAPIView.as_view())), name="schema"),
    path("docs/", limited(pages(SpectacularSwaggerSplitView.as_view(url_name="api:schema"))), name="docs"),
    path("code-lists/", CodeLists.as_view(), name="code-list-list"),
    path("code-lists/<slug:name>/", CodeListDetail.as_view(), name="code-list-detail"),
    path("plans/<slug:plan>/scorecard/", Scorecards.as_view(), name="scorecard"),
    path("plans/<slug:plan>/results/changes/", ResultChanges.as_view(), name="result-changes"),
    path(
        "plans/<slug:plan>/evaluations/<int:year>-<int:version>/record/",
        EvaluationRecord.as_view(),
        name="evaluation-record",
    ),
    path("", include(router.urls)),
]
