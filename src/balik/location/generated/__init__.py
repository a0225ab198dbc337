"""Networks of any shape with sites: rows that tighten are generated, columns are priced in, restricted problems search."""
