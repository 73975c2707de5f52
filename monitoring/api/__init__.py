"""What happened, as the API tells it: semesters, results, scorecards, evaluations, commitments."""
