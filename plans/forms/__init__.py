"""What the pages of the plan read: answers about the budget, its papers, the plan itself while it is a draft."""
