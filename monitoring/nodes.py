"""In which table the nodes of each level of the plan's tree are kept."""

from monitoring.scorecard import Level
from plans.models import Activity, Guideline, Objective, StrategicAction

# From the top down.
MODELS = {
    Level.GUIDELINE: Guideline,
    Level.OBJECTIVE: Objective,
    Level.ACTION: StrategicAction,
    Level.ACTIVITY: Activity,
}
