"""Quality of work, reviewed by people: what is drawn, and how far reviewers agree."""
