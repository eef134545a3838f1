"""The numbers behind the report as files for other programs: tables as CSV, or one NetCDF file.

A forecast becomes tables (`tables.tables_of`), each with every column documented; `csv_files` and `netcdf` say how tables
become files, `write` puts these into a folder. Nothing is computed here; what the report withholds is left out.
"""

from ceasefire.export.write import Written, export

__all__ = ["Written", "export"]
