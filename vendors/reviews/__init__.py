"""Service reviews: the meetings in which scorecards of vendors are gone through and locked."""
