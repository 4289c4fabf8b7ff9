"""Coaching: a session about something that happened, what was agreed on, and its follow-up."""
