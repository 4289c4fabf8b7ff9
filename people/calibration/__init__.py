"""Calibration: reviewers rate the same work blind, then see how far they agree."""
