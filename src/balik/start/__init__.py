"""From lists as people keep them (shipments, rates, sites, invoices) to the tables of a case: see begin."""
