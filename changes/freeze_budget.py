"""How many exceptions from freezes a team may have in a year.

A year's exceptions are those of occurrences that begin in it. Each that two people agreed to spends
one, unless a senior approver knowingly let it go beyond the budget.
"""

DEFAULT = 6
"""For teams for which nobody set another number."""
MOST = 366
