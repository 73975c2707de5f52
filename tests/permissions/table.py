"""Who reaches what: a row for each address of the site, read by `test_table`.

`reads` may open it, `acts` may send something to it; None where it takes no such thing. Written for the state `TOLD`,
in which a report is being filled in; `also` names who else is heard in other situations. Whoever does not stand in a
row is refused: sent to sign in, or told that there is nothing (404) where they belong to another government; people of
the same government may be told that it is not theirs (403). The API is walked by `tests/api/test_readers.py`, Django's
own administration by `tests/pmh/test_technical.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.permissions.world import CODE, COUNTED, NOT_BEGUN, OBSERVED, OPEN, PERSONS, PLAN, PUBLISHED

TOLD = "report draft"

ALL = PERSONS
SIGNED_IN = "rhbwRHBcpvCSe"
MEMBERS = "rhbwRHBcpv"  # whoever holds a post in the plan's government
OFFICE = "cp"  # coordination and planning
COORDINATION = "c"
COORDINATORS = "cC"  # each of their own government
TYPISTS = "rh"  # the unit's people who fill in its report
OF_THE_REPORT = "rhbcp"  # the unit's people, and those who review
BUDGET, ASKED = "b", "rhbBcp"
NOBODY = ""

# Once a result counts everybody of the plan reads it, its report and its evidence; and is told that it is locked.
READ_BY_ALL = {COUNTED: MEMBERS}
IF_OBSERVED = {OBSERVED: OF_THE_REPORT, **READ_BY_ALL}
# What nobody has begun the coordination may begin on the unit's behalf.
BEGUN_FOR = {NOT_BEGUN: COORDINATION}

IN_PLAN = {"plan": PLAN}
REPORT = {**IN_PLAN, "period": OPEN, "acronym": "GMU"}
SECTION = {"year": 2023, "section": "contexto"}


@dataclass(frozen=True)
class Row:
    """`arguments`: of the address; a text that the world knows (`names`) stands for what it names there."""

    arguments: Mapping[str, Any]
    reads: str | None
    acts: str | None
    also: Mapping[str, str] = field(default_factory=dict)


TABLE: dict[str, Row] = {
    # account pages: for those who are signed in, sign-in leads home
    "account_login": Row({}, ALL, ALL),
    "account_logout": Row({}, ALL, ALL),
    "account_inactive": Row({}, ALL, None),
    "account_signup": Row({}, ALL, ALL),
    "account_change_password": Row({}, SIGNED_IN, SIGNED_IN),
    "account_set_password": Row({}, SIGNED_IN, SIGNED_IN),
    "account_reset_password": Row({}, ALL, ALL),
    "account_reset_password_done": Row({}, ALL, None),
    "account_reset_password_from_key": Row({"uidb36": "1", "key": "x-y"}, ALL, ALL),
    "account_reset_password_from_key_done": Row({}, ALL, None),
    "account_reauthenticate": Row({}, SIGNED_IN, SIGNED_IN),
    # verification in two steps, which nobody here has turned on
    "mfa_index": Row({}, SIGNED_IN, None),
    "mfa_authenticate": Row({}, SIGNED_IN, SIGNED_IN),
    "mfa_reauthenticate": Row({}, SIGNED_IN, SIGNED_IN),
    "mfa_activate_totp": Row({}, SIGNED_IN, SIGNED_IN),
    "mfa_deactivate_totp": Row({}, NOBODY, NOBODY),
    "mfa_view_recovery_codes": Row({}, NOBODY, None),
    "mfa_generate_recovery_codes": Row({}, SIGNED_IN, SIGNED_IN),
    "mfa_download_recovery_codes": Row({}, NOBODY, NOBODY),
    "institution:mail_settings": Row({}, SIGNED_IN, SIGNED_IN),
    "institution:invitations": Row({}, COORDINATORS, COORDINATORS),
    "institution:invitation_renew": Row({"pk": "invitation"}, None, COORDINATION),
    "institution:invitation_revoke": Row({"pk": "invitation"}, None, COORDINATION),
    "institution:invitation_accept": Row({"token": "link"}, ALL, ALL),
    # the help, and what machines ask
    "help:index": Row({}, ALL, None),
    "health:alive": Row({}, ALL, None),
    "health:ready": Row({}, ALL, None),
    "help:page": Row({"slug": "lectura"}, ALL, None),
    # agencies and their keys
    "plans:agency_list": Row(IN_PLAN, COORDINATION, COORDINATION),
    "plans:agency_key_create": Row({**IN_PLAN, "pk": "agency"}, COORDINATION, COORDINATION),
    "plans:agency_key": Row({**IN_PLAN, "prefix": "key"}, COORDINATION, None),
    "plans:agency_key_renew": Row({**IN_PLAN, "prefix": "key"}, None, COORDINATION),
    "plans:agency_key_revoke": Row({**IN_PLAN, "prefix": "key"}, None, COORDINATION),
    # the budget
    "plans:budget_answers": Row(IN_PLAN, ASKED, BUDGET),
    "plans:budget_deadline": Row(IN_PLAN, COORDINATION, COORDINATION),
    # the plan's papers
    "plans:approval_list": Row(IN_PLAN, MEMBERS, None),
    "plans:approval_create": Row(IN_PLAN, OFFICE, OFFICE),
    "plans:approval_edit": Row({**IN_PLAN, "pk": "step"}, OFFICE, OFFICE),
    "plans:approval_remove": Row({**IN_PLAN, "pk": "step"}, None, OFFICE),
    "plans:library": Row(IN_PLAN, MEMBERS, None),
    "plans:library_create": Row(IN_PLAN, OFFICE, OFFICE),
    "plans:library_edit": Row({**IN_PLAN, "pk": "item"}, OFFICE, OFFICE),
    "plans:library_withdraw": Row({**IN_PLAN, "pk": "item"}, None, OFFICE),
    "plans:library_restore": Row({**IN_PLAN, "pk": "item"}, None, OFFICE),
    "monitoring:home": Row({}, SIGNED_IN, None),
    "monitoring:plan_list": Row({}, SIGNED_IN, None),
    "monitoring:plan_detail": Row(IN_PLAN, MEMBERS, None),
    # writing the plan; it is in force, and the pages say so. What was sent to be previewed is each one's own
    "monitoring:plan_edit": Row(IN_PLAN, OFFICE, None),
    "monitoring:plan_edit_settings": Row(IN_PLAN, OFFICE, OFFICE),
    "monitoring:plan_edit_force": Row(IN_PLAN, OFFICE, COORDINATION),
    "monitoring:plan_edit_workbook": Row(IN_PLAN, OFFICE, None),
    "monitoring:plan_edit_upload": Row(IN_PLAN, OFFICE, OFFICE),
    "monitoring:plan_edit_preview": Row({**IN_PLAN, "pk": 1}, NOBODY, None),
    "monitoring:plan_edit_confirm": Row({**IN_PLAN, "pk": 1}, None, NOBODY),
    "monitoring:plan_edit_discard": Row({**IN_PLAN, "pk": 1}, None, NOBODY),
    "monitoring:plan_edit_indicator_create": Row(IN_PLAN, OFFICE, OFFICE),
    "monitoring:plan_edit_indicator": Row({**IN_PLAN, "pk": "indicator"}, OFFICE, OFFICE),
    "monitoring:plan_edit_node_create": Row({**IN_PLAN, "level": "lineamientos"}, OFFICE, OFFICE),
    "monitoring:plan_edit_node": Row({**IN_PLAN, "level": "lineamientos", "pk": "guideline"}, OFFICE, OFFICE),
    "monitoring:plan_edit_move": Row({**IN_PLAN, "level": "lineamientos", "pk": "guideline"}, None, OFFICE),
    "monitoring:plan_edit_remove": Row({**IN_PLAN, "level": "lineamientos", "pk": "guideline"}, None, OFFICE),
    "monitoring:plan_copy": Row(IN_PLAN, OFFICE, OFFICE),
    "monitoring:revision_list": Row(IN_PLAN, MEMBERS, None),
    "monitoring:revision_create": Row(IN_PLAN, COORDINATION, COORDINATION),
    "monitoring:revision_workbook": Row(IN_PLAN, COORDINATION, None),
    "monitoring:revision_upload": Row(IN_PLAN, COORDINATION, COORDINATION),
    "monitoring:revision_preview": Row({**IN_PLAN, "pk": 1}, NOBODY, None),
    "monitoring:revision_confirm": Row({**IN_PLAN, "pk": 1}, None, NOBODY),
    "monitoring:revision_discard": Row({**IN_PLAN, "pk": 1}, None, NOBODY),
    "monitoring:historical_upload": Row(IN_PLAN, OFFICE, OFFICE),
    "monitoring:historical_preview": Row({**IN_PLAN, "pk": 1}, NOBODY, None),
    "monitoring:historical_confirm": Row({**IN_PLAN, "pk": 1}, None, NOBODY),
    "monitoring:historical_discard": Row({**IN_PLAN, "pk": 1}, None, NOBODY),
    "monitoring:library_file": Row({**IN_PLAN, "pk": 0}, NOBODY, None),
    "monitoring:desk": Row(IN_PLAN, MEMBERS, None),
    "monitoring:submission_list": Row(IN_PLAN, MEMBERS, None),
    "monitoring:reporting_board": Row(IN_PLAN, OFFICE, None),
    "monitoring:reporting_remind": Row(IN_PLAN, None, NOBODY),
    "monitoring:punctuality": Row(IN_PLAN, MEMBERS, None),
    "monitoring:period_list": Row(IN_PLAN, MEMBERS, None),
    "monitoring:period_open": Row({**IN_PLAN, "period": OPEN}, COORDINATION, COORDINATION),
    "monitoring:period_close": Row({**IN_PLAN, "period": OPEN}, COORDINATION, COORDINATION),
    "monitoring:period_reopen": Row({**IN_PLAN, "period": OPEN}, COORDINATION, COORDINATION),
    "monitoring:period_day_off": Row(IN_PLAN, None, COORDINATION),
    "monitoring:period_day_on": Row({**IN_PLAN, "pk": 1}, None, NOBODY),
    # one report
    "monitoring:submission_detail": Row(REPORT, OF_THE_REPORT, None, READ_BY_ALL),
    "monitoring:submission_review": Row(REPORT, OFFICE, None),
    "monitoring:submission_form": Row(REPORT, OF_THE_REPORT, OF_THE_REPORT, READ_BY_ALL),
    "monitoring:submission_pulse": Row(REPORT, TYPISTS, None),
    "monitoring:submission_receipt": Row(REPORT, NOBODY, None),
    "monitoring:result_entry": Row({**REPORT, "indicator": "indicator"}, TYPISTS, TYPISTS),
    "monitoring:submission_start": Row(REPORT, None, OF_THE_REPORT, READ_BY_ALL),
    "monitoring:submission_step": Row({**REPORT, "step": "submit"}, None, OF_THE_REPORT, READ_BY_ALL),
    "monitoring:evidence_attach": Row({**REPORT, "indicator": "indicator"}, None, TYPISTS),
    "monitoring:evidence_withdraw": Row({**REPORT, "pk": "evidence"}, None, TYPISTS),
    "monitoring:evidence_restore": Row({**REPORT, "pk": "evidence"}, None, TYPISTS),
    "monitoring:observation_create": Row(REPORT, None, OF_THE_REPORT, READ_BY_ALL),
    "monitoring:observation_reply": Row(
        {**REPORT, "pk": "observation"}, None, NOBODY, {OBSERVED: OF_THE_REPORT, **READ_BY_ALL}
    ),
    "monitoring:observation_resolve": Row(
        {**REPORT, "pk": "observation"}, None, NOBODY, {OBSERVED: OF_THE_REPORT, **READ_BY_ALL}
    ),
    "monitoring:extension_grant": Row(REPORT, None, COORDINATION),
    "monitoring:workbook_upload": Row(REPORT, TYPISTS, TYPISTS, BEGUN_FOR),
    "monitoring:submission_workbook": Row(REPORT, TYPISTS, None, BEGUN_FOR),
    "monitoring:workbook_preview": Row({**REPORT, "pk": 1}, NOBODY, None),
    "monitoring:workbook_confirm": Row({**REPORT, "pk": 1}, None, NOBODY),
    "monitoring:workbook_discard": Row({**REPORT, "pk": 1}, None, NOBODY),
    # figures
    "monitoring:scorecard": Row(IN_PLAN, MEMBERS, None),
    "monitoring:people_reached": Row(IN_PLAN, MEMBERS, None),
    "monitoring:people_reached_results": Row(IN_PLAN, MEMBERS, None),
    "monitoring:people_reached_workbook": Row(IN_PLAN, MEMBERS, None),
    "monitoring:scorecard_workbook": Row(IN_PLAN, MEMBERS, None),
    "monitoring:annex_workbook": Row(IN_PLAN, MEMBERS, None),
    "monitoring:results_workbook": Row(IN_PLAN, MEMBERS, None),
    "monitoring:outlook": Row(IN_PLAN, MEMBERS, None),
    "monitoring:unit_comparison": Row(IN_PLAN, MEMBERS, None),
    "monitoring:node_detail": Row({**IN_PLAN, "code": "ACT.01.01.01"}, MEMBERS, None),
    "monitoring:indicator_detail": Row({**IN_PLAN, "code": "IND"}, MEMBERS, None),
    "monitoring:unit_list": Row(IN_PLAN, MEMBERS, None),
    "monitoring:unit_detail": Row({**IN_PLAN, "acronym": "GMU"}, MEMBERS, None),
    # the organisation and its people
    "monitoring:organisation": Row(IN_PLAN, OFFICE, None),
    "monitoring:organisation_unit_create": Row(IN_PLAN, COORDINATION, COORDINATION),
    "monitoring:organisation_succession": Row(IN_PLAN, COORDINATION, COORDINATION),
    "monitoring:organisation_responsibility": Row(IN_PLAN, COORDINATION, COORDINATION),
    "monitoring:organisation_unit": Row({**IN_PLAN, "acronym": "GMU"}, OFFICE, COORDINATION),
    "monitoring:organisation_unit_end": Row({**IN_PLAN, "acronym": "GMU"}, None, COORDINATION),
    "monitoring:person_list": Row(IN_PLAN, OFFICE, None),
    "monitoring:person_detail": Row({**IN_PLAN, "pk": "person"}, OFFICE, None),
    "monitoring:person_deactivate": Row({**IN_PLAN, "pk": "person"}, None, COORDINATION),
    "monitoring:person_reactivate": Row({**IN_PLAN, "pk": "person"}, None, COORDINATION),
    "monitoring:person_post": Row({**IN_PLAN, "pk": "post"}, COORDINATION, None),
    "monitoring:person_post_end": Row({**IN_PLAN, "pk": "post"}, None, COORDINATION),
    "monitoring:person_post_replace": Row({**IN_PLAN, "pk": "post"}, None, COORDINATION),
    "monitoring:person_post_correct": Row({**IN_PLAN, "pk": "post"}, None, COORDINATION),
    "monitoring:search": Row(IN_PLAN, MEMBERS, None),
    "monitoring:activity_log": Row(IN_PLAN, OFFICE, None),
    "monitoring:activity_log_file": Row({**IN_PLAN, "form": "csv"}, OFFICE, None),
    "monitoring:evidence_file": Row({"pk": "evidence"}, OF_THE_REPORT, None, {NOT_BEGUN: MEMBERS, **READ_BY_ALL}),
    # evaluations
    "reports:evaluation_list": Row(IN_PLAN, MEMBERS, None),
    "reports:evaluation_detail": Row({**IN_PLAN, "year": 2022}, MEMBERS, None),
    "reports:evaluation_supersede": Row({**IN_PLAN, "year": 2022}, None, COORDINATION),
    "reports:evaluation_pdf": Row({**IN_PLAN, "year": 2022}, MEMBERS, None),
    "monitoring:commitment_list": Row(IN_PLAN, MEMBERS, None),
    "monitoring:commitment_workbook": Row(IN_PLAN, MEMBERS, None),
    "monitoring:commitment_detail": Row({**IN_PLAN, "pk": "commitment"}, MEMBERS, "rhc"),
    "reports:evaluation_commitments": Row({**IN_PLAN, "year": 2023}, OFFICE, None),
    "reports:evaluation_commitment_create": Row({**IN_PLAN, "year": 2023}, COORDINATION, COORDINATION),
    "reports:evaluation_commitment": Row({**IN_PLAN, "year": 2023, "pk": "promised"}, COORDINATION, COORDINATION),
    "reports:evaluation_commitment_remove": Row({**IN_PLAN, "year": 2023, "pk": "promised"}, None, COORDINATION),
    "reports:handover_workbook": Row({**IN_PLAN, "acronym": "GMU"}, OF_THE_REPORT, None),
    # the public site: what is not published is not there for anybody
    "reports:public_home": Row({}, ALL, None),
    "reports:public_plan": Row(IN_PLAN, ALL, None),
    "reports:public_node": Row({**IN_PLAN, "code": "L.01"}, ALL, None),
    "reports:public_indicator": Row({**IN_PLAN, "code": "IND"}, ALL, None),
    "reports:public_units": Row(IN_PLAN, ALL, None),
    "reports:public_unit": Row({**IN_PLAN, "acronym": "GMU"}, ALL, None),
    "reports:public_people": Row(IN_PLAN, ALL, None),
    "reports:public_documents": Row(IN_PLAN, ALL, None),
    "reports:public_document_file": Row({**IN_PLAN, "code": "published", "form": "pdf"}, ALL, None),
    "reports:public_library": Row(IN_PLAN, ALL, None),
    "reports:public_library_file": Row({**IN_PLAN, "pk": "item"}, NOBODY, None),
    "reports:public_data": Row(IN_PLAN, ALL, None),
    "reports:public_data_file": Row({**IN_PLAN, "name": "plan.csv"}, ALL, None),
    "reports:public_data_package": Row(IN_PLAN, ALL, None),
    "reports:public_iati": Row(IN_PLAN, ALL, None),
    "reports:public_rules": Row(IN_PLAN, ALL, None),
    "reports:public_preview": Row({**IN_PLAN, "code": "IND"}, ALL, None),
    "reports:public_accessibility": Row({}, ALL, None),
    "reports:public_nothing": Row({"rest": "nada"}, NOBODY, None),
    "reports:robots": Row({}, ALL, None),
    "reports:sitemap": Row({}, ALL, None),
    "reports:public_sitemap": Row(IN_PLAN, ALL, None),
    "reports:document_ask": Row({**IN_PLAN, "kind": "sheets"}, None, MEMBERS),
    "reports:evaluation_open": Row({**IN_PLAN, "year": 2024}, None, COORDINATION),
    "reports:evaluation_comparison": Row({**IN_PLAN, "year": 2022}, MEMBERS, None),
    "reports:evaluation_versions": Row({**IN_PLAN, "year": 2022}, MEMBERS, None),
    "reports:evaluation_write": Row({**IN_PLAN, "year": 2023}, OFFICE, None),
    "reports:evaluation_closing": Row({**IN_PLAN, "year": 2023}, OFFICE, COORDINATION),
    "reports:evaluation_findings": Row({**IN_PLAN, "year": 2023}, OFFICE, None),
    "reports:evaluation_finding_create": Row({**IN_PLAN, "year": 2023}, COORDINATION, COORDINATION),
    "reports:evaluation_finding": Row({**IN_PLAN, "year": 2023, "pk": "finding"}, COORDINATION, COORDINATION),
    "reports:evaluation_finding_remove": Row({**IN_PLAN, "year": 2023, "pk": "finding"}, None, COORDINATION),
    "reports:evaluation_section": Row({**IN_PLAN, **SECTION}, OFFICE, COORDINATION),
    "reports:evaluation_section_entry": Row({**IN_PLAN, **SECTION}, OFFICE, COORDINATION),
    "reports:evaluation_section_history": Row({**IN_PLAN, **SECTION}, OFFICE, None),
    "reports:evaluation_section_restore": Row({**IN_PLAN, **SECTION, "version": 1}, None, NOBODY),
    "reports:evaluation_workbook": Row({**IN_PLAN, "year": 2022}, MEMBERS, None),
    # documents
    "reports:document_list": Row(IN_PLAN, MEMBERS, None),
    "reports:document_detail": Row({**IN_PLAN, "code": CODE}, MEMBERS, None),
    "reports:document_state": Row({**IN_PLAN, "code": CODE}, MEMBERS, None),
    "reports:document_retry": Row({**IN_PLAN, "code": CODE}, None, MEMBERS),
    "reports:document_publish": Row({**IN_PLAN, "code": CODE}, None, COORDINATION),
    "reports:document_withdraw": Row({**IN_PLAN, "code": CODE}, None, COORDINATION),
    "reports:document_sign": Row({**IN_PLAN, "code": CODE}, None, COORDINATION),
    "reports:document_file": Row({"code": CODE}, MEMBERS, None, {PUBLISHED: ALL}),
    "reports:document_signed_file": Row({"code": CODE, "pk": 0}, NOBODY, None),
    # verification
    "reports:verify": Row({}, ALL, ALL),
    "reports:verify_code": Row({"code": CODE}, ALL, ALL),
}
