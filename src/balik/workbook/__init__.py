"""Workbooks: what stands in the cells of an .xlsx or .xlsm file, read in a process of its own."""
