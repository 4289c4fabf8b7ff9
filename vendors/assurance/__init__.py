"""What makes us trust a vendor: due diligence, yearly monitoring, and how they are shown and
asked for. The rows are in `vendors.models`, what writes them in `vendors.services`."""
