"""The form on which a unit files its semester: the whole page, and what its script asks for while somebody types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from institution import clock
from institution.uploads import EXTENSIONS, UploadRefused
from institution.visitors import address_of
from monitoring import workflow
from monitoring.entries import field_label
from monitoring.evidencing import EvidenceRefused, attach_file, attach_link, restore, withdraw
from monitoring.filing import Card, FormPage, load_card, load_form_page, missing_in, with_typed
from monitoring.forms import CardForm, MemoForm
from monitoring.models import Evidence, Submission
from monitoring.observing import ObservationRefused, reply
from monitoring.queries import load_filing
from monitoring.recording import Conflict, Recorded, RecordingRefused, merged, record, record_memo
from monitoring.views.scope import Scope, filled_scope_or_404, scope_or_404
from plans.views import READ_OR_SEND

# What is kept of a form that was sent after the session had ended, until its author signs in again.
KEPT = "form_kept_for_after_sign_in"
KEPT_CHARACTERS = 300_000
KEPT_AN_HOUR = 60  # for each address


@require_POST
def submission_start(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """Begins the unit's report; pressed twice, it is begun once."""
    scope = scope_or_404(request, plan, period, acronym)
    try:
        workflow.start(unit=scope.unit, period=scope.period, by=request.user)
    except workflow.StepRefused as refused:
        messages.error(request, str(refused))
        return redirect(scope.address("submission_detail"))
    return redirect(scope.address("submission_form"))


@login_not_required  # only so that what was typed outlives the session; nothing is shown to whoever is not signed in
@require_http_methods(READ_OR_SEND)
def submission_form(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """The form. A POST writes everything that can be written and says the rest beside its field; nothing is lost."""
    if not request.user.is_authenticated:
        return _sign_in_first(request, plan, period, acronym)
    scope = scope_or_404(request, plan, period, acronym)
    if scope.submission is None or workflow.typist(scope.submission, request.user) is None:
        return redirect(scope.address("submission_detail"))
    kept = _given_back(request)
    locked = workflow.why_locked(scope.submission, request.user)
    if locked and request.method != "POST" and not kept:
        return redirect(scope.address("submission_detail"))
    if request.method == "POST" and not locked:
        return _written(request, scope)
    return _form_page(request, scope, typed=request.POST if request.method == "POST" else kept, locked=locked)


def _written(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Writes what the form brought, takes the step that was asked for if nothing is wrong, and shows what is left."""
    page = load_form_page(scope.plan, scope.unit, scope.period, request.user)
    try:
        cards = {card.indicator.pk: _write_card(request, scope, card) for card in page.cards}
        memo = _write_memo(request, scope)
        _answer(request, scope, page)
    except RecordingRefused as refused:
        return _form_page(request, scope, typed=request.POST, locked=str(refused))
    memo_is_wrong = memo.is_bound and not memo.is_valid()
    wrong = {pk: card for pk, card in cards.items() if card.errors or card.conflicts or card.told}
    step = request.POST.get("step", "")
    stopped = any(card.errors or card.conflicts for card in wrong.values()) or memo_is_wrong
    if step and not stopped:
        try:
            return _step_taken(request, scope, step)
        except workflow.Incomplete as incomplete:
            messages.error(request, str(incomplete))
            return _form_page(request, scope, cards=wrong, show_lacks=True)
        except workflow.StepRefused as refused:
            messages.error(request, str(refused))
            return redirect(scope.address("submission_detail"))
    if wrong or memo_is_wrong:
        if step:
            messages.error(request, _("El reporte no salió: corrija antes lo marcado. Lo demás está guardado."))
        return _form_page(request, scope, cards=wrong, memo=memo, show_lacks=bool(step))
    messages.success(request, _("Guardado."))
    return redirect(f"{scope.address('submission_form')}#{request.POST.get('back', '')}".rstrip("#"))


def _step_taken(request: HttpRequest, scope: Scope, step: str) -> HttpResponse:
    if step not in workflow.STEPS:
        raise workflow.StepRefused(_("Ese paso no existe."))
    submission = workflow.take(scope.submission, step, by=request.user)
    messages.success(request, str(workflow.STEPS[step].done))
    sent = submission.state == submission.State.SUBMITTED
    return redirect(scope.address("submission_receipt" if sent else "submission_detail"))


def _write_card(request: HttpRequest, scope: Scope, card: Card) -> Card:
    """Writes one card; what comes back carries what could not be written, as it was typed."""
    sent = CardForm(card.form, request.POST)
    recorded = record(
        submission=scope.submission, indicator=card.indicator, typed=sent.read.entry, seen=sent.seen, by=request.user
    )
    told, errors = _evidence_given(request, scope, card)
    errors |= {**sent.read.problems, **recorded.problems}
    # Of what stood there already nothing is shown again: somebody else may have changed it meanwhile.
    kept = sent.own if errors or recorded.conflicts else {}
    return replace(card, typed=kept, errors=errors, conflicts=recorded.conflicts, told=tuple(told))


def _evidence_given(request: HttpRequest, scope: Scope, card: Card) -> tuple[list[str], dict[str, str]]:
    """Keeps the files and the link given on the card; each stands on its own, whatever else is wrong."""
    number, told, wrong = card.indicator.pk, [], []
    given = {"submission": scope.submission, "indicator": card.indicator, "by": request.user}
    for file in request.FILES.getlist(f"{number}-files"):
        try:
            told += attach_file(file=file, name=file.name, **given).notes
        except (EvidenceRefused, UploadRefused) as refused:
            wrong.append(str(refused))
    if link := request.POST.get(f"{number}-link", "").strip():
        try:
            told += attach_link(url=link, **given).notes
        except (EvidenceRefused, UploadRefused) as refused:
            wrong.append(str(refused))
    return told, {"evidence": " ".join(wrong)} if wrong else {}


def _write_memo(request: HttpRequest, scope: Scope) -> MemoForm:
    memo = MemoForm(request.POST if "memo_number" in request.POST else None, instance=scope.submission)
    if memo.is_bound and memo.is_valid():
        theirs = record_memo(submission=scope.submission, memo=memo.memo(), seen=memo.seen(), by=request.user)
        if theirs is not None:
            memo.refuse(theirs)
    return memo


def _answer(request: HttpRequest, scope: Scope, page: FormPage) -> None:
    """Takes what was answered to observations, and the evidence that was withdrawn or brought back."""
    for thread in page.filing.observations:
        if text := request.POST.get(f"reply-{thread.pk}", "").strip():
            try:
                reply(observation=thread, text=text, by=request.user)
            except ObservationRefused as refused:
                messages.error(request, str(refused))
    kept = Evidence.objects.filter(result__submission=scope.submission)
    for verb, act in (("withdraw", withdraw), ("restore", restore)):
        chosen = request.POST.get(verb, "")
        if chosen.isdecimal() and (evidence := kept.filter(pk=int(chosen[:18])).first()):
            try:
                act(evidence=evidence, by=request.user)
            except EvidenceRefused as refused:
                messages.error(request, str(refused))


def _form_page(
    request: HttpRequest,
    scope: Scope,
    *,
    typed: QueryDict | None = None,
    cards: dict[int, Card] | None = None,
    memo: MemoForm | None = None,
    locked: str = "",
    show_lacks: bool = False,
) -> HttpResponse:
    page = load_form_page(scope.plan, scope.unit, scope.period, request.user)
    if typed is not None:
        cards = {card.indicator.pk: _as_typed(card, typed) for card in page.cards}
    context = {
        "plan": scope.plan,
        "scope": scope,
        "page": with_typed(page, cards or {}),
        "memo": memo or MemoForm(instance=scope.submission),
        "locked": locked,
        "show_lacks": show_lacks,
        "largest": settings.UPLOAD_MAX_BYTES,
        "received": ",".join(f".{extension}" for extension in EXTENSIONS),
    }
    status = 200 if request.method != "POST" else 409 if locked else 422
    return render(request, "monitoring/submission_form.html", context, status=status)


def _as_typed(card: Card, data: QueryDict) -> Card:
    """A card that shows what was sent although nothing of it was written, and what others wrote in its place."""
    sent = CardForm(card.form, data)
    _changes, conflicts = merged(sent.read.entry, sent.seen, card.filed.entry, card.filed.result)
    errors = {key: text for key, text in sent.read.problems.items() if key in sent.own}
    return replace(card, typed=sent.own, errors=errors, conflicts=conflicts)


# --- A session that ended meanwhile -----------------------------------------------------------------------------------


def _sign_in_first(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """Keeps what was sent in the visitor's own new session, so that it is there once they have signed in."""
    begun = Submission.objects.filter(unit__acronym=acronym, period__code=period, period__plan__code=plan)
    if request.method == "POST" and begun.exists() and not _too_often(request):
        sent = {name: texts for name, texts in request.POST.lists() if name != "csrfmiddlewaretoken"}
        fits = sum(len(text) for texts in sent.values() for text in texts) <= KEPT_CHARACTERS
        request.session[KEPT] = {
            "path": request.path,
            "of": request.POST.get("of", ""),
            "form": sent if fits else {},
            "whole": fits and not request.FILES,
        }
    return redirect_to_login(request.path)


def _too_often(request: HttpRequest) -> bool:
    """Whether somebody at that address fills sessions instead of reports; counted as wrong links are."""
    key = f"forms-kept-{address_of(request)}"
    cache.add(key, 0, 3600)
    return cache.incr(key) > KEPT_AN_HOUR


def _given_back(request: HttpRequest) -> QueryDict | None:
    """What the person themselves had sent to this page when their session had ended; given once."""
    kept = request.session.get(KEPT)
    if request.method != "GET" or not kept or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    if kept["of"] != str(request.user.pk):
        return None
    messages.warning(request, _("Su sesión terminó antes de guardar. Esto es lo que escribió: revíselo y guarde."))
    if not kept["whole"]:
        messages.warning(
            request, _("Los archivos elegidos y los textos muy largos no se conservaron: vuelva a ponerlos.")
        )
    form = QueryDict(mutable=True)
    for name, texts in kept["form"].items():
        form.setlist(name, texts)
    return form


# --- While somebody types ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def result_entry(request: HttpRequest, plan: str, period: str, acronym: str, indicator: int) -> JsonResponse:
    """One card as data: a POST writes what was typed on it, both tell how it stands now."""
    scope = filled_scope_or_404(request, plan, period, acronym)
    card = load_card(load_filing(scope.unit, scope.period), indicator)
    if card is None:
        return _not_asked()
    recorded, problems = Recorded(card.filed.result, card.filed.entry), {}
    if request.method == "POST":
        sent = CardForm(card.form, request.POST)
        try:
            recorded = record(
                submission=scope.submission,
                indicator=card.indicator,
                typed=sent.read.entry,
                seen=sent.seen,
                by=request.user,
            )
        except RecordingRefused as refused:
            return JsonResponse({"locked": str(refused)}, status=409)
        problems = {**sent.read.problems, **recorded.problems}
    return card_state(scope, indicator, recorded.conflicts, problems)


def _not_asked() -> JsonResponse:
    return JsonResponse({"locked": _("Su unidad ya no responde por este indicador.")}, status=404)


def card_state(
    scope: Scope,
    indicator: int,
    conflicts: tuple[Conflict, ...] = (),
    problems: dict[str, str] | None = None,
    **more: object,
) -> JsonResponse:
    """How a card and the report stand now, for the script of the form."""
    filing = load_filing(scope.unit, scope.period)
    card = replace(load_card(filing, indicator), errors=problems or {})
    result = card.filed.result
    state = {
        "saved": formats.time_format(clock.now(), "H:i"),
        "revision": result.revision if result else 0,
        "by": str(result.entered_by) if result else "",
        "at": formats.time_format(timezone.localtime(result.entered_at), "H:i") if result else "",
        "entry": card.filed.entry,
        "problems": problems or {},
        "conflicts": [_told(card, each) for each in conflicts],
        "filled": card.filled.value,
        "summary": card.summary,
        "figure": render_to_string("monitoring/_card_figure.html", {"card": card}),
        "lacks": render_to_string("monitoring/_card_lacks.html", {"card": card}),
        "dot": render_to_string("components/filled.html", {"filled": card.filled}),
        "missing": render_to_string("monitoring/_missing.html", {"missing": missing_in(filing)}),
    }
    return JsonResponse(state | more)


def _told(card: Card, conflict: Conflict) -> dict[str, str]:
    return {
        "key": conflict.key,
        "label": field_label(card.form, conflict.key),
        "typed": conflict.typed,
        "theirs": conflict.theirs,
        "by": str(conflict.by),
        "at": formats.time_format(timezone.localtime(conflict.at), "H:i"),
    }


@require_GET
def submission_pulse(request: HttpRequest, plan: str, period: str, acronym: str) -> JsonResponse:
    """What the open form asks now and then: has anybody typed meanwhile, may one still type, is the session alive."""
    scope = filled_scope_or_404(request, plan, period, acronym)
    revisions = scope.submission.results.values_list("indicator_id", "revision")
    return JsonResponse(
        {
            "csrf": get_token(request),
            "locked": workflow.why_locked(scope.submission, request.user),
            "revisions": {str(pk): revision for pk, revision in revisions},
        }
    )


@require_POST
def evidence_attach(request: HttpRequest, plan: str, period: str, acronym: str, indicator: int) -> JsonResponse:
    """Keeps one file or one link of a card."""
    scope = filled_scope_or_404(request, plan, period, acronym)
    card = load_card(load_filing(scope.unit, scope.period), indicator)
    if card is None:
        return _not_asked()
    told, wrong = _evidence_given(request, scope, card)
    return _evidence_state(scope, indicator, told, wrong.get("evidence", ""))


@require_POST
def evidence_withdraw(request: HttpRequest, plan: str, period: str, acronym: str, pk: int) -> JsonResponse:
    return _change_evidence(request, filled_scope_or_404(request, plan, period, acronym), pk, withdraw)


@require_POST
def evidence_restore(request: HttpRequest, plan: str, period: str, acronym: str, pk: int) -> JsonResponse:
    return _change_evidence(request, filled_scope_or_404(request, plan, period, acronym), pk, restore)


def _change_evidence(request: HttpRequest, scope: Scope, pk: int, act: Callable[..., Evidence]) -> JsonResponse:
    evidence = get_object_or_404(Evidence, result__submission=scope.submission, pk=pk)
    wrong = ""
    try:
        act(evidence=evidence, by=request.user)
    except EvidenceRefused as refused:
        wrong = str(refused)
    return _evidence_state(scope, evidence.result.indicator_id, [], wrong)


def _evidence_state(scope: Scope, indicator: int, told: list[str], wrong: str) -> JsonResponse:
    card = load_card(load_filing(scope.unit, scope.period), indicator)
    if card is None:
        return _not_asked()
    card = replace(card, told=tuple(told))
    shown = render_to_string("monitoring/_card_evidence.html", {"card": card, "wrong": wrong})
    return card_state(scope, indicator, evidence=shown, refused=wrong)
