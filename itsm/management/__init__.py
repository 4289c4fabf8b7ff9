"""Commands of the whole portal; those of one app lie in that app."""
