"""What was told of it: changes of targets, commitments, documents, evaluations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from monitoring.models import Commitment
from plans.models import TargetRevision
from reports.models import Document
from reports.opendata.columns import (
    Column,
    Table,
    coded,
    count,
    date,
    number,
    period,
    text,
    to,
    year,
    yes_or_no,
)
from reports.opendata.tables.parts import (
    TO_INDICATOR,
    TO_PERIOD,
    TO_UNIT,
    choices,
    code,
    indicator,
)

TARGET_REVISIONS = Table(
    "target_revisions",
    _("Reprogramaciones de metas"),
    _("Cada meta que cambió: antes, después, por qué y con qué documento."),
    "Every target that was changed: before, after, why, by which document.",
    (
        count("number", _("Orden"), "Identifies the change, in the order in which they were entered."),
        indicator(),
        period("period", _("Semestre de la meta"), "Semester of the target."),
        number("old", _("Meta anterior"), "Target before; empty: nothing was programmed."),
        number("new", _("Meta nueva"), "Target after; empty: nothing is programmed any more."),
        coded("reason", _("Motivo"), "Reason, from the catalogue.", choices(TargetRevision.Reason)),
        text("explanation", _("Explicación"), "Explanation."),
        text("document", _("Documento que la aprueba"), "Approving document.", required=True),
        date("document_date", _("Fecha del documento"), "Its date."),
        date("entered_on", _("Registrada el"), "Day on which it was entered."),
    ),
    ("number",),
    (TO_INDICATOR, TO_PERIOD),
)

COMMITMENTS = Table(
    "commitments",
    _("Compromisos de mejora"),
    _("Los de la última evaluación publicada y, de las anteriores, lo que se sabía al cerrarla."),
    "Commitments of the latest published evaluation, and of those before as it tells them.",
    (
        count("number", _("Orden"), "Identifies the commitment in this package."),
        year("evaluation_year", _("Año de su evaluación"), "Year of the evaluation that it came of."),
        text("recommendation", _("Recomendación"), "The recommendation.", required=True),
        text("action", _("A qué se comprometió la unidad"), "What the unit took on."),
        text("unit", _("Unidad responsable"), "Acronym of the unit that took it on.", required=True),
        date("due_on", _("Vence el"), "Day by which it is due."),
        coded("state", _("Estado"), "State when the evaluation closed.", choices(Commitment.State)),
    ),
    ("number",),
    (TO_UNIT,),
)

COMMITMENT_FOLLOW_UPS = Table(
    "commitment_follow_ups",
    _("Seguimiento de los compromisos"),
    _("Qué pasó con cada uno, semestre por semestre."),
    "What became of each commitment, semester by semester.",
    (
        count("number", _("Orden"), "Identifies the follow-up in this package."),
        count("commitment", _("Compromiso"), "Number of the commitment."),
        period("period", _("Semestre"), "Semester in which it was told."),
        coded("state", _("Estado"), "State that was told.", choices(Commitment.State)),
        text("text", _("Qué se hizo"), "What was told."),
        date("on", _("Registrado el"), "Day on which it was told."),
    ),
    ("number",),
    (to("commitments", "commitment", key=("number",)), TO_PERIOD),
)

DOCUMENTS = Table(
    "documents",
    _("Documentos publicados"),
    _("Con su huella, para comprobar que el suyo es el mismo."),
    "The published documents with the hashes by which anybody may verify them.",
    (
        code(_("Código"), "Identifies the document; it is printed on it."),
        coded("kind", _("Tipo"), "Kind of document.", choices(Document.Kind)),
        text("title", _("Título"), "Title.", required=True),
        period("upto", _("Semestre hasta el que informa"), "Semester up to which it tells.", required=False),
        date("published_on", _("Publicado el"), "Day of publication."),
        yes_or_no("superseded", _("Lo reemplaza otro"), "Whether a later version tells the same anew."),
        text("pdf_sha256", _("SHA-256 del PDF"), "Of the PDF.", required=True),
        text("record_sha256", _("SHA-256 del registro"), "Of the record that it was made of.", required=True),
        Column("pdf", "string", _("Dirección del PDF"), "Address of the PDF.", True),
        Column("record", "string", _("Dirección del registro"), "Address of the record (JSON).", True),
    ),
    ("code",),
    (to("periods", "upto"),),
)

EVALUATIONS = Table(
    "evaluations",
    _("Evaluaciones publicadas"),
    _("Cada versión de cada año."),
    "Every published version of every evaluation.",
    (
        year("year", _("Año"), "Year that it evaluates."),
        Column("version", "integer", _("Versión"), "Version.", True, minimum=1),
        period("upto", _("Semestre de corte"), "The last semester that it covers."),
        text("document", _("Código del documento"), "Code of its document.", required=True),
        yes_or_no("superseded", _("La reemplaza otra versión"), "Whether a later version replaces it."),
    ),
    ("document",),
    (to("documents", "document"), to("periods", "upto")),
)
