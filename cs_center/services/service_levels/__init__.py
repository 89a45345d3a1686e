"""Service levels of tickets: the ledger is written, clocks are computed from it, the ticket shows the result.

Module map: ``ticket_events`` (what a save, message or assignment adds), ``evaluation`` (ledger -> clocks -> ticket),
``store`` (rows), ``definitions`` (policies and calendars), ``facts`` and ``channels`` (what conditions ask for),
``importing`` and ``adoption`` (joining a site in use), ``preview``, ``rebuild``, ``explain``, ``safety``.
"""
