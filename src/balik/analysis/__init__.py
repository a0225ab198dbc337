"""Questions that solve more than once, each in a module of its own: a worker that solves imports none of the others."""
