"""What there is to know about one node, one indicator or one unit, and what was reprogrammed: their page loaders."""

from monitoring.dossier.indicator import IndicatorDossier, load_indicator
from monitoring.dossier.node import NodeDossier, load_node
from monitoring.dossier.revisions import effects_of, load_choices, load_revisions
from monitoring.dossier.unit import UnitDossier, UnitRow, load_unit, load_units

__all__ = [
    "IndicatorDossier",
    "NodeDossier",
    "UnitDossier",
    "UnitRow",
    "effects_of",
    "load_choices",
    "load_indicator",
    "load_node",
    "load_revisions",
    "load_unit",
    "load_units",
]
