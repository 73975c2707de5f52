"""The people reached: attentions by node, sex, population, age, disability and district, and the results behind them.

Page loaders. What may be added up under which name is said by `monitoring.attentions`.
"""

from monitoring.people.page import PeoplePage, PeopleTable, load_people
from monitoring.people.results import Part, ResultLine, lines_of, results_behind, words_of
from monitoring.people.scope import Scope, Selection, load_scope

__all__ = [
    "Part",
    "PeoplePage",
    "PeopleTable",
    "ResultLine",
    "Scope",
    "Selection",
    "lines_of",
    "load_people",
    "load_scope",
    "results_behind",
    "words_of",
]
