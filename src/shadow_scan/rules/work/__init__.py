"""What the work is, as rules: activity, tasks, accounts, and the applications used close by."""
