"""How much a file may cost. A file beyond these is refused before it can hurt, with the limit named."""

FILE_BYTES = 100_000_000
UNPACKED_BYTES = 700_000_000
# Tables squeeze well, bombs squeeze better: a hundredfold is common, a thousandfold is no table.
UNPACKED_FREE_BYTES = 50_000_000
UNPACKED_RATIO = 250
ARCHIVE_ENTRIES = 10_000
ARCHIVE_DIRECTORY_BYTES = 4_000_000

CELL_CHARACTERS = 1_000_000
ROW_CHARACTERS = 4_000_000
ROWS = 1_048_576
COLUMNS = 16_384
LINES_PER_RECORD = 1_000

CHILD_MEMORY_BYTES = 512 * 1024 * 1024
CHILD_CPU_SECONDS = 240
CHILD_WALL_SECONDS = 600
PIPE_LINE_BYTES = 64_000_000
