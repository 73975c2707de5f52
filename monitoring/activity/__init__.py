"""The activity log (bitácora): who did what, when, and what it changed, told from the records that exist.

Nothing is written for it: events of reports, row histories, reprogrammings, observations, evidence, deadlines,
evaluations and posts are read where they stand, and merged by time.
"""

from monitoring.activity.choice import Choice
from monitoring.activity.entry import Entry, Kind
from monitoring.activity.log import LogPage, all_entries, load_log

__all__ = ["Choice", "Entry", "Kind", "LogPage", "all_entries", "load_log"]
