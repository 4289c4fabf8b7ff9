"""What stands in the calendar, on the page and in subscribed ones: a source for each kind."""
