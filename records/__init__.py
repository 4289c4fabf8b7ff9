"""What any record carries: comments, files, links, watchers, views, jobs, idempotency keys."""
