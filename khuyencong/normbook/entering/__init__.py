"""The pages on which a document is written, sent, confirmed and taken away as a file.

- `forms`: document, norms and tiers on one page; `starting`: what a correction or a replacement begins with.
- `beside`: the values beside those they take the place of, for whoever confirms.
- `pages`: fetching in scope, steps and buttons, the facts and the trail of one document.
- `export`: a confirmed document in the format of `law/regulations/*.yaml`, ready for a release.
"""
