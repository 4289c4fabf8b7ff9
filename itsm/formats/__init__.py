"""How days and moments are written where Django's own format would not do."""
