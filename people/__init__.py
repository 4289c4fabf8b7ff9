"""Who works here: people, accounts, teams, roles, tokens."""
