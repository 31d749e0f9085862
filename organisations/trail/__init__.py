"""The trail: who did what, from where, through which door; kept so that tampering shows.

`channels` tells the database who acts · `attaching` hangs its triggers on every history · `sealing`
and `verifying` make tampering visible · `registry` holds what upper floors say of their models ·
`reading`, `words` and `filters` are what the pages show.
"""
