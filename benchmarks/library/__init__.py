"""A small open library of reverse-logistics instances whose best plans and proven bounds are known (see README.md)."""
