"""What every REST endpoint shares: strict JSON, problems, keyset pages, row scope, versions."""
