"""The activity log, on a page and as a file."""

from __future__ import annotations

from tempfile import TemporaryFile

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from institution import clock
from monitoring.activity import Choice, Kind, all_entries, load_log
from monitoring.exports.log import log_csv, log_xlsx
from monitoring.views.download import download_file, download_lines
from monitoring.views.scope import reviewed_plan_or_404


@require_safe
def activity_log(request: HttpRequest, plan: str) -> HttpResponse:
    """Who did what and when, newest first. It does not exist but for coordination and planning."""
    plan = reviewed_plan_or_404(request, plan)
    log = load_log(plan, request.user, Choice.of(request.GET))
    return render(request, "monitoring/activity_log.html", {"plan": plan, "log": log, "kinds": Kind.choices})


@require_safe
def activity_log_file(request: HttpRequest, plan: str, form: str) -> HttpResponseBase:
    """The same, all of what was chosen: `csv` or `xlsx`."""
    plan = reviewed_plan_or_404(request, plan)
    entries = all_entries(plan, request.user, Choice.of(request.GET).from_key(None))
    name = f"bitacora-{plan.code}-{clock.today()}.{form}"
    if form == "csv":
        return download_lines(log_csv(entries), name, "text/csv; charset=utf-8")
    if form != "xlsx":
        raise Http404
    file = TemporaryFile()  # noqa: SIM115 -- the answer closes it
    log_xlsx(entries, file)
    file.seek(0)
    return download_file(file, name)
