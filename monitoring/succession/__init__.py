"""Who answers from a semester on: a unit takes the place of another, ends, or passes on a single indicator.

The Municipalidad's organisation changed in April 2023. Responsibilities are dated rows: those of the unit end at the
semester before, the successor's begin. Nothing of the past moves: what the unit reported, and the evaluations that
name it, stay its own.
"""

from monitoring.succession.allowed import successors_of, why_not_succeed
from monitoring.succession.passing import ending, last_day_before, led, owed, passes_function, reaching, supported
from monitoring.succession.taking import SuccessionRefused, end_unit, pass_responsibility, succeed

__all__ = [
    "SuccessionRefused",
    "end_unit",
    "ending",
    "last_day_before",
    "led",
    "owed",
    "pass_responsibility",
    "passes_function",
    "reaching",
    "succeed",
    "successors_of",
    "supported",
    "why_not_succeed",
]
