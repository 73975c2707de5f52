"""What there is to know about one node, one indicator or one unit: the page loaders of their pages."""

from monitoring.dossier.indicator import IndicatorDossier, load_indicator
from monitoring.dossier.node import NodeDossier, load_node
from monitoring.dossier.unit import UnitDossier, UnitRow, load_unit, load_units

__all__ = [
    "IndicatorDossier",
    "NodeDossier",
    "UnitDossier",
    "UnitRow",
    "load_indicator",
    "load_node",
    "load_unit",
    "load_units",
]
