"""The codes of IATI's lists that we use, each by what it says of a plan."""

from __future__ import annotations

from plans.models import Indicator
from reports.models import Document

VERSION = "2.03"
LANGUAGE = "es"
COUNTRY = "PE"

LOCAL_GOVERNMENT = "11"  # OrganisationType
ACCOUNTABLE, IMPLEMENTING = "2", "4"  # OrganisationRole
UNDER_WAY, FINALISATION, CLOSED = "2", "3", "4"  # ActivityStatus
PLANNED_START, ACTUAL_START, PLANNED_END, ACTUAL_END = "1", "2", "3", "4"  # ActivityDateType
# ActivityScope by the length of the government's INEI code: region, province, district.
SCOPES = {2: "6", 4: "7", 6: "8"}
GENERAL, OBJECTIVES = "1", "2"  # DescriptionType

DAC = "1"  # SectorVocabulary: OECD DAC, five digits
MIGRATION = "15190"  # Facilitation of orderly, safe, regular and responsible migration and mobility
SDG_GOALS, SDG_TARGETS, OWN_TAGS = "2", "3", "99"  # TagVocabulary
GENDER_EQUALITY, SIGNIFICANT = "1", "1"  # PolicyMarker, PolicySignificance
OWN_INDICATORS = "99"  # IndicatorVocabulary
# The resolution that adopted the Global Compact for Migration, whose 23 objectives are no vocabulary of IATI.
GCM_URI = "https://www.un.org/en/ga/search/view_doc.asp?symbol=A/RES/73/195"

OUTPUT, OUTCOME = "1", "2"  # ResultType
UNIT, PERCENTAGE = "1", "2"  # IndicatorMeasure
MEASURES = {
    Indicator.Counts.PEOPLE.value: UNIT,
    Indicator.Counts.THINGS.value: UNIT,
    Indicator.Counts.PERCENTAGE.value: PERCENTAGE,
}

WEB_PAGE, OBJECTIVES_PAPER, EVALUATION, RESULTS = "A12", "A02", "A07", "A08"  # DocumentCategory
CATEGORIES = {
    Document.Kind.EVALUATION.value: EVALUATION,
    Document.Kind.FOLLOW_UP.value: RESULTS,
    Document.Kind.SHEETS.value: RESULTS,
    Document.Kind.ROAD_MAP.value: OBJECTIVES_PAPER,
}
