"""Who answers for what: matrices of responsibility, agreed with vendors version after version."""
