"""What the page shows on which a unit files its semester, and what others read of it: the page loaders.

All begin with `queries.load_filing`; every figure is measured by the pure core, with what is typed so far.
"""

from monitoring.filing.cards import Card, load_card
from monitoring.filing.form import FormPage, load_form_page, missing_in, with_typed
from monitoring.filing.receipt import Receipt, load_receipt
from monitoring.filing.report import ReportLine, ReportPage, load_report_page

__all__ = [
    "Card",
    "FormPage",
    "Receipt",
    "ReportLine",
    "ReportPage",
    "load_card",
    "load_form_page",
    "load_receipt",
    "load_report_page",
    "missing_in",
    "with_typed",
]
