"""What a document contains, as frozen dataclasses built from one JSON record.

Templates lay them out, `reports.pdf` prints. Nothing is read from live tables and no figure is computed here:
figures come out of the record as they were frozen.
"""

from reports.documents.evaluation import EvaluationReport, evaluation_report, file_name

__all__ = ["EvaluationReport", "evaluation_report", "file_name"]
