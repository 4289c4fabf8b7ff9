"""The parts that every record's page is built of: timeline, words, conflicts, mentions, side."""
