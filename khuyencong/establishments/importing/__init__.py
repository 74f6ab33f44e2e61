"""Lists of establishments in Excel, on their way in and out.

Read in this order: `sheet` (bytes → rows under known headings, by `documents.incoming`), `fields` and `values` (what a
column may hold), `rows` (one row → values or errors), `plan` (what would happen to it), `write` (making it happen).
`files` writes the template, the refused rows and the export. `actions.importing` runs all of it for a page and for the
command line (`khuyencong.import_cli`).
"""
