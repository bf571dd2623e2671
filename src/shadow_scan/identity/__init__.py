"""Whose traffic it is: names, pseudonyms, people, subnets, leases and the team behind an event.

Plain Python over small data (distinct values, people files, lease files). Nothing in this package
opens a database or holds an event; the caller converts and joins in bulk.
"""
