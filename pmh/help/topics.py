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
    "monitoring:node_detail": "lectura#una-actividad-o-un-nivel-del-plan",
    "monitoring:indicator_detail": "lectura#un-indicador",
    "monitoring:unit_list": "lectura#las-gerencias",
    "monitoring:unit_detail": "lectura#las-gerencias",
    "monitoring:desk": "reporte#el-escritorio",
    "monitoring:submission_list": "reporte#el-escritorio",
    "monitoring:submission_form": "reporte#llenar-el-reporte",
    "monitoring:workbook_upload": "reporte#llenarlo-en-excel",
    "monitoring:workbook_preview": "reporte#llenarlo-en-excel",
    "monitoring:workbook_confirm": "reporte#llenarlo-en-excel",
    "monitoring:workbook_discard": "reporte#llenarlo-en-excel",
    "monitoring:submission_detail": "visto-bueno#una-página",
    "monitoring:submission_step": "visto-bueno#enviar-o-regresar",
    "monitoring:submission_receipt": "reporte#enviar",
    "monitoring:observation_create": "coordinacion#revisar-un-reporte",
    "monitoring:observation_reply": "reporte#responder-observaciones",
    "monitoring:extension_grant": "coordinacion#revisar-un-reporte",
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
    "plans:approval_list": "coordinacion#hoja-de-ruta-y-biblioteca",
    "plans:approval_create": "coordinacion#hoja-de-ruta-y-biblioteca",
    "plans:approval_edit": "coordinacion#hoja-de-ruta-y-biblioteca",
    "plans:library": "coordinacion#hoja-de-ruta-y-biblioteca",
    "plans:library_create": "coordinacion#hoja-de-ruta-y-biblioteca",
    "plans:library_edit": "coordinacion#hoja-de-ruta-y-biblioteca",
    "monitoring:revision_list": "coordinacion#reprogramar-una-meta",
    "monitoring:revision_create": "coordinacion#reprogramar-una-meta",
    "monitoring:revision_upload": "coordinacion#reprogramar-una-meta",
    "monitoring:revision_preview": "coordinacion#reprogramar-una-meta",
    "monitoring:revision_confirm": "coordinacion#reprogramar-una-meta",
    "monitoring:plan_edit": "planificacion#el-árbol-del-plan",
    "monitoring:plan_edit_settings": "planificacion#parámetros",
    "monitoring:plan_edit_force": "planificacion#poner-el-plan-en-vigencia",
    "monitoring:plan_edit_upload": "planificacion#el-plan-en-excel",
    "monitoring:plan_edit_preview": "planificacion#el-plan-en-excel",
    "monitoring:plan_edit_confirm": "planificacion#el-plan-en-excel",
    "monitoring:plan_edit_indicator_create": "planificacion#un-indicador",
    "monitoring:plan_edit_indicator": "planificacion#un-indicador",
    "monitoring:plan_edit_node_create": "planificacion#el-árbol-del-plan",
    "monitoring:plan_edit_node": "planificacion#el-árbol-del-plan",
    "monitoring:plan_copy": "coordinacion#copiar-un-plan",
    "monitoring:historical_upload": "coordinacion#semestres-anteriores",
    "monitoring:historical_preview": "coordinacion#semestres-anteriores",
    "monitoring:historical_confirm": "coordinacion#semestres-anteriores",
    "reports:evaluation_supersede": "coordinacion#evaluar",
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
    "monitoring:submission_pulse",
    "monitoring:result_entry",
    "monitoring:evidence_attach",
    "monitoring:evidence_withdraw",
    "monitoring:evidence_restore",
    "monitoring:observation_resolve",
    "monitoring:submission_workbook",
    "institution:invitation_revoke",
    "mfa_download_recovery_codes",
    "plans:approval_remove",
    "plans:library_withdraw",
    "plans:library_restore",
    "monitoring:plan_edit_workbook",
    "monitoring:plan_edit_discard",
    "monitoring:plan_edit_move",
    "monitoring:plan_edit_remove",
    "monitoring:revision_workbook",
    "monitoring:revision_discard",
    "monitoring:historical_discard",
    "reports:evaluation_pdf",
}


def help_address(request: HttpRequest | None) -> str:
    """Where the manual speaks of the page that is being shown; its index where it does not, or nothing is known."""
    match = getattr(request, "resolver_match", None)
    slug, _hash, anchor = TOPICS.get(match.view_name if match else "", "").partition("#")
    return address_of(slug) + (f"#{anchor}" if anchor else "")
