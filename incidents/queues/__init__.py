"""The queues that people live in: kinds of work, the queues over them, their rows and pages."""
