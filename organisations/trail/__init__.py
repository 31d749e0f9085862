"""The trail: who did what, from where, through which door; kept so that tampering shows.

`channels` tells the database who acts · `functions` and `attaching` lay its functions and hang its
triggers on every history · `granting` binds the application's role · `sealing` and `verifying` make
tampering visible · `registry` holds what each floor says of its models, `own` what this one says ·
`reading`, `words`, `details` and `exporting` are what people are shown.
"""
