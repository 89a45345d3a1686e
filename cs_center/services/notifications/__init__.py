"""Delivery: messages wait in a queue, leave when they may, and are tried again until they arrive or are given up.

``queue`` takes messages within the caller's transaction; ``holding`` says when each may leave; ``starting`` begins a job
for each medium or channel with something due; ``sending`` is that job: it claims (``claiming``), sends (``in_app``,
``e_mail``, ``chat``) and records (``recording``). ``administering`` is what an administrator does by hand.
"""
