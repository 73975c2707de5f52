"""The handover (entrega de cargo) of a unit or of one post: officials change, what they knew stays.

What the unit promised, reported, was observed on and still owes; its evidence; the people and dates; what comes next.
"""

from reports.documents.handover.document import Handover, handover
from reports.documents.handover.record import record_of_handover

__all__ = ["Handover", "handover", "record_of_handover"]
