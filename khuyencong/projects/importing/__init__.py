"""A list of proposals in Excel, on its way to drafts: one row is one đề án, or one establishment of a đề án nhóm.

Read in this order: `fields` (the columns), `rows` (one row → values or errors), `proposals` (rows → đề án), `matching`
(which establishment is meant, which đề án is there already), `write` (making drafts through the ordinary actions),
`files` (the template and the refused rows). `actions.proposals` runs all of it, `turns` some đề án in one request.
"""
