"""Any file as one table of text.

`read_table` sniffs what kind of file it is and says how its bytes are a table; one module for each kind.
`readers.database` does the same for a database (imported by whoever needs it: its libraries take half a second to load),
`preview` shows a person what was read.
"""

from citybrain.readers.reading import read_table
from citybrain.readers.table import LayoutRow, RawTable, ReadOptions

__all__ = ["LayoutRow", "RawTable", "ReadOptions", "read_table"]
