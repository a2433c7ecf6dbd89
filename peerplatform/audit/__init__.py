"""`audit_walls`: every address, asked as everybody, with another organization's ids.

Nobody has to say what each address must answer. The audit puts two houses side by side, asks one of them for what
belongs to the other, and compares two answers that must read alike:

- with **the first wall alone** (the second one lowered: PostgreSQL shows every row, so that only the application's own
  code stands in between) for an id of the house next door, in a cache that the neighbours have just warmed;
- with **the second wall alone** (every statement narrowed to the house that asks, system scopes too, and an empty
  cache) for an id that never was.

Any difference, in status, bytes or the tables written to, is a leak with a name: a page that reveals a row, a count, a
choice in a form, a filter that answers, an action that reaches across. In the house itself the policies are the
oracle: a row that `visible_to` does not give to somebody must read like one that never was.

All of it happens in one transaction that is rolled back, with mail, files and cache in memory: it may run on a live
installation, costs it processor time and changes nothing.
"""
