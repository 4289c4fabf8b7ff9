"""How well vendors do: models of weighted figures, and a scorecard a vendor and period."""
