"""Something is broken: incidents, their marks, comments, files and links."""
