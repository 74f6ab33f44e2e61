"""Lists of establishments in Excel, on their way in and out.

Read in this order: `sheet` (bytes → rows under known headings), `fields` and `values` (what a column may hold), `rows`
(one row → values or errors), `plan` (what would happen to it), `write` (making it happen). `template`, `answer` and
`export` write files; `actions.importing` runs all of it for a page, `khuyencong.import_cli` for the command line.
"""
