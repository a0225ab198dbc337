"""The records of a network: arrays with one entry for each row that wildcards stand for."""
