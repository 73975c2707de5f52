"""A plan's published figures as tables for programs and spreadsheets: declared once, written as CSV and described.

`tables` declares what there is, `rows` reads it from a record, `package` writes the files. Made of records only, like
documents: no table of results is read here.
"""
