"""The tables of open data, each declared once: what a file holds, of what type, and how one leads to another."""

from reports.opendata.columns import Table
from reports.opendata.tables.figures import INDICATOR_PROGRESS, NODE_PROGRESS, TARGETS_AND_RESULTS, UNIT_PROGRESS
from reports.opendata.tables.people import ATTENTIONS, BREAKDOWN_TABLES, BREAKDOWNS
from reports.opendata.tables.plan import INDICATORS, NODES, PERIODS, PLAN, RESPONSIBILITIES, UNITS
from reports.opendata.tables.told import (
    COMMITMENT_FOLLOW_UPS,
    COMMITMENTS,
    DOCUMENTS,
    EVALUATIONS,
    TARGET_REVISIONS,
)

# In the order in which they are listed and read.
TABLES: tuple[Table, ...] = (
    PLAN,
    PERIODS,
    UNITS,
    NODES,
    INDICATORS,
    RESPONSIBILITIES,
    TARGETS_AND_RESULTS,
    INDICATOR_PROGRESS,
    NODE_PROGRESS,
    UNIT_PROGRESS,
    BREAKDOWN_TABLES,
    BREAKDOWNS,
    ATTENTIONS,
    TARGET_REVISIONS,
    COMMITMENTS,
    COMMITMENT_FOLLOW_UPS,
    DOCUMENTS,
    EVALUATIONS,
)
BY_NAME = {table.name: table for table in TABLES}
BY_PATH = {table.path: table for table in TABLES}
