"""What any record carries: comments, attachments, links, watchers, saved views, jobs, idempotency keys."""
