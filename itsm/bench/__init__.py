"""The benchmark: a database of its own, filled in bulk, served by the real web server and measured
from outside. What to run stands in the `bench` command."""
