"""Who reaches which page: one table, and a check that every address of the site stands in it.

Alicia reports for her unit, Bruno coordinates, Carla belongs to another government, nobody is signed in. A page that
exists for one and not for another answers 404, so that its existence is not told; anonymous readers are sent to sign
in.
"""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from institution.models import User
from monitoring.evaluation import close_evaluation, open_evaluation
from plans.models import ApprovalStep, LibraryItem
from tests.factories import (
    make_evidence,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
)

OWN, COORDINATOR, STRANGER, ANONYMOUS = "alicia", "bruno", "carla", "anonymous"
EVERYBODY = {OWN: 200, COORDINATOR: 200, STRANGER: 200, ANONYMOUS: 200}
SIGNED_IN = {OWN: 200, COORDINATOR: 200, STRANGER: 200, ANONYMOUS: 302}
GOVERNMENT = {OWN: 200, COORDINATOR: 200, STRANGER: 404, ANONYMOUS: 302}
COORDINATION = {OWN: 404, COORDINATOR: 200, STRANGER: 404, ANONYMOUS: 302}
SEEN_NOT_DONE = {**GOVERNMENT, OWN: 403}  # they see what it is done to, and may not do it
NOBODYS = {OWN: 404, COORDINATOR: 404, STRANGER: 404, ANONYMOUS: 302}
POST_ONLY = {OWN: 405, COORDINATOR: 405, STRANGER: 405, ANONYMOUS: 302}
NOT_THERE = {OWN: 404, COORDINATOR: 404, STRANGER: 404, ANONYMOUS: 404}
TO_HOME = {OWN: 302, COORDINATOR: 302, STRANGER: 302, ANONYMOUS: 302}

PLAN = {"plan": "PMH-T"}
SEMESTER = {**PLAN, "period": "2022-1"}
REPORT = {**SEMESTER, "acronym": "GMU"}
TYPIST = {OWN: 200, COORDINATOR: 404, STRANGER: 404, ANONYMOUS: 302}
NOT_SENT = {OWN: 404, COORDINATOR: 404, STRANGER: 404, ANONYMOUS: 302}
TABLE: dict[str, tuple[dict, dict[str, int]]] = {
    # account pages: for those who are signed in, sign-in leads home
    "account_login": ({}, {**TO_HOME, ANONYMOUS: 200}),
    "account_logout": ({}, SIGNED_IN),
    "account_inactive": ({}, EVERYBODY),
    "account_signup": ({}, {**TO_HOME, ANONYMOUS: 200}),  # says that accounts are made by the institution
    "account_change_password": ({}, SIGNED_IN),
    "account_set_password": ({}, TO_HOME),
    "account_reset_password": ({}, EVERYBODY),
    "account_reset_password_done": ({}, EVERYBODY),
    "account_reset_password_from_key": ({"uidb36": "1", "key": "x-y"}, EVERYBODY),  # says that the link is no good
    "account_reset_password_from_key_done": ({}, EVERYBODY),
    "account_reauthenticate": ({}, SIGNED_IN),
    # verification in two steps, which nobody here has turned on
    "mfa_index": ({}, SIGNED_IN),
    "mfa_authenticate": ({}, TO_HOME),  # in the middle of signing in only
    "mfa_reauthenticate": ({}, TO_HOME),  # to the password
    "mfa_activate_totp": ({}, TO_HOME),  # first confirms who it is
    "mfa_deactivate_totp": ({}, {**NOT_THERE, ANONYMOUS: 302}),
    "mfa_view_recovery_codes": ({}, {**NOT_THERE, ANONYMOUS: 302}),
    "mfa_generate_recovery_codes": ({}, TO_HOME),
    "mfa_download_recovery_codes": ({}, {**NOT_THERE, ANONYMOUS: 302}),
    "institution:mail_settings": ({}, SIGNED_IN),
    "institution:invitations": ({}, {**COORDINATION, STRANGER: 200}),  # she coordinates elsewhere, and sees her own
    "institution:invitation_renew": ({"pk": 1}, POST_ONLY),
    "institution:invitation_revoke": ({"pk": 1}, POST_ONLY),
    "institution:invitation_accept": ({"token": "x"}, NOT_THERE),  # public: there is no such link
    "help:index": ({}, EVERYBODY),
    "help:page": ({"slug": "lectura"}, EVERYBODY),
    "plans:budget_answers": (PLAN, GOVERNMENT),
    "plans:budget_deadline": (PLAN, COORDINATION),
    # the plan's papers: read by all who belong to the plan, kept by coordination and planning
    "plans:approval_list": (PLAN, GOVERNMENT),
    "plans:approval_create": (PLAN, COORDINATION),
    "plans:approval_edit": ({**PLAN, "pk": "step"}, COORDINATION),
    "plans:approval_remove": ({**PLAN, "pk": "step"}, POST_ONLY),
    "plans:library": (PLAN, GOVERNMENT),
    "plans:library_create": (PLAN, COORDINATION),
    "plans:library_edit": ({**PLAN, "pk": "item"}, COORDINATION),
    "plans:library_withdraw": ({**PLAN, "pk": "item"}, POST_ONLY),
    "plans:library_restore": ({**PLAN, "pk": "item"}, POST_ONLY),
    "monitoring:home": ({}, TO_HOME),
    "monitoring:plan_list": ({}, SIGNED_IN),
    "monitoring:plan_detail": (PLAN, GOVERNMENT),
    # writing the plan; it is in force, and the pages say so
    "monitoring:plan_edit": (PLAN, COORDINATION),
    "monitoring:plan_edit_settings": (PLAN, COORDINATION),
    "monitoring:plan_edit_force": (PLAN, COORDINATION),  # and planning, to read (test_plan_editing_views)
    "monitoring:plan_edit_workbook": (PLAN, COORDINATION),
    "monitoring:plan_edit_upload": (PLAN, COORDINATION),
    "monitoring:plan_edit_preview": ({**PLAN, "pk": 1}, NOBODYS),
    "monitoring:plan_edit_confirm": ({**PLAN, "pk": 1}, POST_ONLY),
    "monitoring:plan_edit_discard": ({**PLAN, "pk": 1}, POST_ONLY),
    "monitoring:plan_edit_indicator_create": (PLAN, COORDINATION),
    "monitoring:plan_edit_indicator": ({**PLAN, "pk": "indicator"}, COORDINATION),
    "monitoring:plan_edit_node_create": ({**PLAN, "level": "lineamientos"}, COORDINATION),
    "monitoring:plan_edit_node": ({**PLAN, "level": "lineamientos", "pk": "guideline"}, COORDINATION),
    "monitoring:plan_edit_move": ({**PLAN, "level": "lineamientos", "pk": "guideline"}, POST_ONLY),
    "monitoring:plan_edit_remove": ({**PLAN, "level": "lineamientos", "pk": "guideline"}, POST_ONLY),
    "monitoring:plan_copy": (PLAN, COORDINATION),
    "monitoring:revision_list": (PLAN, GOVERNMENT),
    "monitoring:revision_create": (PLAN, COORDINATION),
    "monitoring:revision_workbook": (PLAN, COORDINATION),
    "monitoring:revision_upload": (PLAN, COORDINATION),
    "monitoring:revision_preview": ({**PLAN, "pk": 1}, NOBODYS),
    "monitoring:revision_confirm": ({**PLAN, "pk": 1}, POST_ONLY),
    "monitoring:revision_discard": ({**PLAN, "pk": 1}, POST_ONLY),
    "monitoring:historical_upload": (PLAN, COORDINATION),
    "monitoring:historical_preview": ({**PLAN, "pk": 1}, NOBODYS),
    "monitoring:historical_confirm": ({**PLAN, "pk": 1}, POST_ONLY),
    "monitoring:historical_discard": ({**PLAN, "pk": 1}, POST_ONLY),
    "monitoring:library_file": ({**PLAN, "pk": 0}, {**GOVERNMENT, OWN: 404, COORDINATOR: 404}),  # there is none
    "monitoring:desk": (PLAN, GOVERNMENT),
    "monitoring:submission_list": (PLAN, GOVERNMENT),
    "monitoring:reporting_board": (PLAN, COORDINATION),  # and planning (test_board)
    "monitoring:reporting_remind": (PLAN, POST_ONLY),
    "monitoring:punctuality": (PLAN, GOVERNMENT),
    "monitoring:period_list": (PLAN, GOVERNMENT),
    "monitoring:period_open": (SEMESTER, SEEN_NOT_DONE),
    "monitoring:period_close": (SEMESTER, SEEN_NOT_DONE),
    "monitoring:period_reopen": (SEMESTER, SEEN_NOT_DONE),
    "monitoring:period_day_off": (PLAN, POST_ONLY),
    "monitoring:period_day_on": ({**PLAN, "pk": 1}, POST_ONLY),
    # the report of a closed semester: read by all who belong to the plan, filled in by nobody
    "monitoring:submission_detail": (REPORT, GOVERNMENT),
    "monitoring:submission_review": (REPORT, SEEN_NOT_DONE),  # coordination and planning
    "monitoring:submission_form": (REPORT, {**GOVERNMENT, OWN: 302, COORDINATOR: 302}),
    "monitoring:submission_pulse": (REPORT, TYPIST),
    "monitoring:submission_receipt": (REPORT, NOT_SENT),
    "monitoring:result_entry": ({**REPORT, "indicator": "indicator"}, TYPIST),
    "monitoring:submission_start": (REPORT, POST_ONLY),
    "monitoring:submission_step": ({**REPORT, "step": "submit"}, POST_ONLY),
    "monitoring:evidence_attach": ({**REPORT, "indicator": "indicator"}, POST_ONLY),
    "monitoring:evidence_withdraw": ({**REPORT, "pk": "evidence"}, POST_ONLY),
    "monitoring:evidence_restore": ({**REPORT, "pk": "evidence"}, POST_ONLY),
    "monitoring:observation_create": (REPORT, POST_ONLY),
    "monitoring:observation_reply": ({**REPORT, "pk": 1}, POST_ONLY),
    "monitoring:observation_resolve": ({**REPORT, "pk": 1}, POST_ONLY),
    "monitoring:extension_grant": (REPORT, POST_ONLY),
    # only those who fill in the report; it is locked, and the first page says why
    "monitoring:workbook_upload": (REPORT, {**GOVERNMENT, COORDINATOR: 404}),
    "monitoring:submission_workbook": (REPORT, {**GOVERNMENT, OWN: 302, COORDINATOR: 404}),
    "monitoring:workbook_preview": ({**REPORT, "pk": 1}, {**NOT_THERE, ANONYMOUS: 302}),
    "monitoring:workbook_confirm": ({**REPORT, "pk": 1}, POST_ONLY),
    "monitoring:workbook_discard": ({**REPORT, "pk": 1}, POST_ONLY),
    "monitoring:scorecard": (PLAN, GOVERNMENT),
    "monitoring:people_reached": (PLAN, GOVERNMENT),
    "monitoring:people_reached_results": (PLAN, GOVERNMENT),
    "monitoring:people_reached_workbook": (PLAN, GOVERNMENT),
    "monitoring:scorecard_workbook": (PLAN, GOVERNMENT),
    "monitoring:outlook": (PLAN, GOVERNMENT),
    "monitoring:unit_comparison": (PLAN, GOVERNMENT),
    "monitoring:node_detail": ({**PLAN, "code": "ACT.01.01.01"}, GOVERNMENT),
    "monitoring:indicator_detail": ({**PLAN, "code": "IND"}, GOVERNMENT),
    "monitoring:unit_list": (PLAN, GOVERNMENT),
    "monitoring:unit_detail": ({**PLAN, "acronym": "GMU"}, GOVERNMENT),
    # the organisation and its people: read by coordination and planning, changed by the coordination
    "monitoring:organisation": (PLAN, COORDINATION),
    "monitoring:organisation_unit_create": (PLAN, COORDINATION),
    "monitoring:organisation_succession": (PLAN, COORDINATION),
    "monitoring:organisation_responsibility": (PLAN, COORDINATION),
    "monitoring:organisation_unit": ({**PLAN, "acronym": "GMU"}, COORDINATION),
    "monitoring:organisation_unit_end": ({**PLAN, "acronym": "GMU"}, POST_ONLY),
    "monitoring:person_list": (PLAN, COORDINATION),
    "monitoring:person_detail": ({**PLAN, "pk": "person"}, COORDINATION),
    "monitoring:person_deactivate": ({**PLAN, "pk": "person"}, POST_ONLY),
    "monitoring:person_reactivate": ({**PLAN, "pk": "person"}, POST_ONLY),
    "monitoring:person_post": ({**PLAN, "pk": "post"}, COORDINATION),
    "monitoring:person_post_end": ({**PLAN, "pk": "post"}, POST_ONLY),
    "monitoring:person_post_replace": ({**PLAN, "pk": "post"}, POST_ONLY),
    "monitoring:person_post_correct": ({**PLAN, "pk": "post"}, POST_ONLY),
    "monitoring:search": (PLAN, GOVERNMENT),
    "monitoring:activity_log": (PLAN, COORDINATION),
    "monitoring:activity_log_file": ({**PLAN, "form": "csv"}, COORDINATION),
    "monitoring:evidence_file": ({"pk": "evidence"}, GOVERNMENT),
    "reports:evaluation_list": (PLAN, GOVERNMENT),
    "reports:evaluation_detail": ({**PLAN, "year": 2022}, GOVERNMENT),
    "reports:evaluation_supersede": ({**PLAN, "year": 2022}, POST_ONLY),
    "reports:evaluation_pdf": ({**PLAN, "year": 2022}, GOVERNMENT),
}


def url_names(patterns=None, prefix: str = "") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin":
            continue  # Django's own, all behind one door: tests/pmh/test_technical.py walks them
        if isinstance(pattern, URLResolver):
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from url_names(pattern.url_patterns, namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_every_address_stands_in_the_table():
    assert set(url_names()) == set(TABLE)


@pytest.fixture
def world(db):
    plan = make_plan(code="PMH-T", closed_up_to="2022-2")
    people = make_people()
    unit = make_unit("GMU")
    indicator = make_indicator(
        make_tree(plan, lead_unit=unit).activity, code="IND", unit=unit, targets={"2022-1": 4, "2022-2": 4}
    )
    evidence = make_evidence(make_result(indicator, "2022-1", 4))
    close_evaluation(open_evaluation(plan=plan, year=2022, by=people.bruno), by=people.bruno, texts_may_be_empty=True)
    post = people.alicia.designations.get()
    return {
        "people": people,
        "evidence": evidence.pk,
        "indicator": indicator.pk,
        "person": post.user_id,
        "post": post.pk,
        "guideline": plan.guidelines.get().pk,
        "step": ApprovalStep.objects.create(plan=plan, order=1, name="Opinión legal").pk,
        "item": LibraryItem.objects.create(plan=plan, kind="other", title="Nota", url="https://example.org/nota").pk,
    }


@pytest.mark.parametrize("person", [OWN, COORDINATOR, STRANGER, ANONYMOUS])
def test_who_reaches_what(world, client, person):
    if person != ANONYMOUS:
        client.force_login(getattr(world["people"], person))
    found, expected = {}, {}
    for name, (arguments, statuses) in TABLE.items():
        known = {key: world.get(value, value) for key, value in arguments.items()}
        answer = client.get(reverse(name, kwargs=known))
        if answer.streaming:
            answer.getvalue()  # a file stays open until it has been read
        found[name] = answer.status_code
        expected[name] = statuses[person]
    assert found == expected


def test_anonymous_readers_are_sent_to_sign_in_and_back(world, client):
    address = reverse("monitoring:scorecard", kwargs=PLAN)
    assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"


def test_signing_up_is_closed(client, db):
    answer = client.post(
        reverse("account_signup"),
        {"email": "nueva@example.org", "password1": "una-clave-larga-1", "password2": "una-clave-larga-1"},
    )
    assert answer.status_code == 200
    assert not User.objects.filter(email="nueva@example.org").exists()


def test_an_ended_designation_opens_nothing(world, client):
    alicia = world["people"].alicia
    alicia.designations.update(ends_on="2022-01-02")
    client.force_login(alicia)
    for name in ("monitoring:scorecard", "monitoring:plan_detail", "reports:evaluation_list"):
        assert client.get(reverse(name, kwargs=PLAN)).status_code == 404


def test_a_deactivated_person_is_out_at_once(world, client):
    alicia = world["people"].alicia
    client.force_login(alicia)
    alicia.deactivate()
    assert client.get(reverse("monitoring:plan_list")).status_code == 302
