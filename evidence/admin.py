"""The pages of evidence in the portal; a file per kind of record registers its own."""

from evidence import engagement_admin, failure_admin, pack_admin, request_admin

__all__ = ["engagement_admin", "failure_admin", "pack_admin", "request_admin"]
