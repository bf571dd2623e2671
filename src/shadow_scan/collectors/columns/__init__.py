"""Lines taken apart over whole columns: no row becomes a Python object.

Delimited rows are cut into `cells`; words of a line by `ordinary`, after what `words` declares;
text of key=value by its keys (`keyed`), or by the marks between values where rows look alike
(`alike`).
"""
