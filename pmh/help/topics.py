"""Which part of the manual is about which page: `Ayuda`, on every page, leads there.

A new page takes a line here (a test asks for it): the file of `docs/manual/` without its ending, and the heading's
anchor as the file's own links write it.
"""

from __future__ import annotations

from django.http import HttpRequest

from pmh.help.manual import address_of

TOPICS: dict[str, str] = {
    "account_login": "lectura#ingresar",
    "account_signup": "lectura#ingresar",
    "account_inactive": "lectura#ingresar",
    "account_reset_password": "lectura#olvidé-mi-contraseña",
    "account_reset_password_done": "lectura#olvidé-mi-contraseña",
    "account_reset_password_from_key": "lectura#olvidé-mi-contraseña",
    "account_reset_password_from_key_done": "lectura#olvidé-mi-contraseña",
    "account_change_password": "lectura#su-cuenta",
    "account_set_password": "lectura#su-cuenta",
    "account_reauthenticate": "lectura#su-cuenta",
    "account_logout": "lectura#su-cuenta",
    "monitoring:plan_list": "lectura#ingresar",
    "monitoring:plan_detail": "lectura#la-página-del-plan",
    "monitoring:scorecard": "lectura#el-tablero",
    "monitoring:people_reached": "lectura#atenciones",
    "monitoring:people_reached_results": "lectura#atenciones",
    "monitoring:outlook": "lectura#proyección",
    "monitoring:unit_comparison": "lectura#comparar-gerencias",
    "monitoring:node_detail": "lectura#una-actividad-o-un-nivel-del-plan",
    "monitoring:indicator_detail": "lectura#un-indicador",
    "monitoring:unit_list": "lectura#las-gerencias",
    "monitoring:unit_detail": "lectura#las-gerencias",
    "monitoring:activity_log": "coordinacion#la-bitácora",
    "monitoring:search": "lectura#buscar",
    "monitoring:desk": "reporte#el-escritorio",
    "monitoring:submission_list": "reporte#el-escritorio",
    "monitoring:submission_form": "reporte#llenar-el-reporte",
    "monitoring:workbook_upload": "reporte#llenarlo-en-excel",
    "monitoring:workbook_preview": "reporte#llenarlo-en-excel",
    "monitoring:workbook_confirm": "reporte#llenarlo-en-excel",
    "monitoring:workbook_discard": "reporte#llenarlo-en-excel",
    "monitoring:submission_detail": "visto-bueno#una-página",
    "monitoring:submission_review": "coordinacion#revisar-un-reporte",
    "monitoring:submission_step": "visto-bueno#enviar-o-regresar",
    "monitoring:submission_receipt": "reporte#enviar",
    "monitoring:observation_create": "coordinacion#observar-devolver-y-dar-conformidad",
    "monitoring:observation_reply": "reporte#responder-observaciones",
    "monitoring:period_list": "coordinacion#los-semestres",
    "monitoring:period_open": "coordinacion#los-semestres",
    "monitoring:period_close": "coordinacion#los-semestres",
    "monitoring:period_reopen": "coordinacion#los-semestres",
    "monitoring:period_day_off": "coordinacion#los-semestres",
    "monitoring:reporting_board": "coordinacion#quién-falta",
    "monitoring:punctuality": "coordinacion#quién-falta",
    "institution:mail_settings": "lectura#correos",
    "monitoring:extension_grant": "coordinacion#observar-devolver-y-dar-conformidad",
    "monitoring:organisation": "coordinacion#unidades-y-sucesión",
    "monitoring:organisation_unit": "coordinacion#unidades-y-sucesión",
    "monitoring:organisation_unit_create": "coordinacion#unidades-y-sucesión",
    "monitoring:organisation_unit_end": "coordinacion#unidades-y-sucesión",
    "monitoring:organisation_succession": "coordinacion#unidades-y-sucesión",
    "monitoring:organisation_responsibility": "coordinacion#unidades-y-sucesión",
    "monitoring:person_list": "coordinacion#personas-y-puestos",
    "monitoring:person_detail": "coordinacion#personas-y-puestos",
    "monitoring:person_post": "coordinacion#personas-y-puestos",
    "monitoring:person_post_end": "coordinacion#personas-y-puestos",
    "monitoring:person_post_replace": "coordinacion#personas-y-puestos",
    "monitoring:person_post_correct": "coordinacion#personas-y-puestos",
    "institution:invitations": "coordinacion#invitar-a-una-persona-a-su-puesto",
    "institution:invitation_renew": "coordinacion#invitar-a-una-persona-a-su-puesto",
    "institution:invitation_accept": "reporte#entrar-por-primera-vez",
    "mfa_index": "lectura#verificación-en-dos-pasos",
    "mfa_authenticate": "lectura#verificación-en-dos-pasos",
    "mfa_reauthenticate": "lectura#verificación-en-dos-pasos",
    "mfa_activate_totp": "lectura#verificación-en-dos-pasos",
    "mfa_deactivate_totp": "lectura#verificación-en-dos-pasos",
    "mfa_view_recovery_codes": "lectura#verificación-en-dos-pasos",
    "mfa_generate_recovery_codes": "lectura#verificación-en-dos-pasos",
    "plans:budget_answers": "presupuesto",
    "plans:budget_deadline": "presupuesto#para-la-coordinación-el-plazo-y-quién-falta",
    "reports:evaluation_list": "lectura#evaluaciones",
    "reports:evaluation_detail": "lectura#evaluaciones",
}
# Pages whose help is the index, on purpose.
ON_THE_INDEX = {"help:index", "help:page"}
# Addresses that show no page of ours: they send elsewhere, or give a file.
NO_PAGE = {
    "monitoring:home",
    "monitoring:library_file",
    "monitoring:evidence_file",
    "monitoring:submission_start",
    "monitoring:period_day_on",
    "monitoring:reporting_remind",
    "monitoring:submission_pulse",
    "monitoring:result_entry",
    "monitoring:evidence_attach",
    "monitoring:evidence_withdraw",
    "monitoring:evidence_restore",
    "monitoring:observation_resolve",
    "monitoring:submission_workbook",
    "monitoring:people_reached_workbook",
    "monitoring:scorecard_workbook",
    "monitoring:activity_log_file",
    "institution:invitation_revoke",
    "monitoring:person_deactivate",
    "monitoring:person_reactivate",
    "mfa_download_recovery_codes",
    "reports:evaluation_pdf",
}


def help_address(request: HttpRequest | None) -> str:
    """Where the manual speaks of the page that is being shown; its index where it does not, or nothing is known."""
    match = getattr(request, "resolver_match", None)
    slug, _hash, anchor = TOPICS.get(match.view_name if match else "", "").partition("#")
    return address_of(slug) + (f"#{anchor}" if anchor else "")
