"""What the pages that read the law show; the database is asked for provinces and cities alone.

- `places`: whose norms: the nation's, a province's, those of a site by its old province.
- `filters`: what an address asks, and finding by words.
- `day`: the norms of a day; `activity`: everything about one activity; `library`: the documents.
- `comparing`: two days or two places; `calendar`: what changes on which day.
"""
