"""Two echelons of sites, plants and depots, and several materials: arrays in, arrays out."""
