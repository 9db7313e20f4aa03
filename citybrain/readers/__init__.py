"""Any file as one table of text.

`read_table` sniffs what kind of file it is and says how its bytes are a table; one module for each kind.
`read_database` and `extract_database` do the same for a database, `preview` shows a person what was read.
"""

from citybrain.readers.database import extract_database, read_database
from citybrain.readers.reading import read_table
from citybrain.readers.table import LayoutRow, RawTable, ReadOptions

__all__ = ["LayoutRow", "RawTable", "ReadOptions", "extract_database", "read_database", "read_table"]
