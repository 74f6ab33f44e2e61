"""Lists that people send as Excel files: from the bytes to rows under known headings, and the refused rows back again.

What a list may hold is the room's own: it gives a `ListKind` (`kinds`) with the names of its columns. Read in this order:
`kinds`, `headings`, `sheet`, `cells` (what every list reads alike), `rows` with `refused`; `stored` is how rows wait in
the database.
"""
