"""What people decided: a ledger that survives every rebuild. Knows no database, prints nothing."""
