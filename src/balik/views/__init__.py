"""What people look at: text in a terminal, the formulation in print."""
