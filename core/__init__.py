"""What every app builds on: workflow, row scope, admin and API bases, the registry. No tables."""
