"""The synthetic company "Northwind Instruments": two weeks of its logs, and the truth about them.

The story runs in one direction, a module a chapter:

    company, catalogue      who works there; which services, and which hosts of theirs, exist
    habits, scenes          what everybody did: a list of visits (``model.Visit``)
    squid, proxysg, zeek,   what each appliance wrote about the visits that passed it:
    resolvers               lines, each with what a reader must make of it
    truth                   what a perfect reader would count, taken from the visits

The truth never looks at a line: it comes from the visits alone, so that a reader of the logs can
be held against it. Nothing here may depend on the clock, the locale, the machine or the version
of Python: the same source gives the same bytes.
"""
