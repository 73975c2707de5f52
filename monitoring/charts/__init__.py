"""Charts as SVG: one string for the page and for the PDF.

Every mark carries its colour as a presentation attribute, which is what a PDF shows, and a class, with which
the page's own style can override it in the dark. A chart that says something by itself has a title and a
description (`role="img"`); one that only repeats the figure beside it is hidden from assistive technology.
The same input gives the same string: ids come from the caller.
"""

from monitoring.charts.frame import Point
from monitoring.charts.lines import lines_chart
from monitoring.charts.marks import (
    LIGHT_CLASS,
    STATUS_CLASS,
    light_mark,
    over_mark,
    progress_bar,
    sparkline,
    status_bar,
)
from monitoring.charts.people import SEX_FILLS, MapTile, people_bar, tile_map
from monitoring.charts.series import series_chart

__all__ = [
    "LIGHT_CLASS",
    "SEX_FILLS",
    "STATUS_CLASS",
    "MapTile",
    "Point",
    "light_mark",
    "lines_chart",
    "over_mark",
    "people_bar",
    "progress_bar",
    "series_chart",
    "sparkline",
    "status_bar",
    "tile_map",
]
