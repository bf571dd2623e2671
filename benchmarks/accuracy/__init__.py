"""How right the answers are: labelled companies, their logs, and a table of what was made of them.

The generator knows nothing of the rules for tasks, work applications and activity, and nothing of
the program that applies them. Development seeds are there to tune on, test seeds are not.
"""
