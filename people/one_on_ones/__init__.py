"""1:1s of leads with those they lead."""
