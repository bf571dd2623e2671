-- Takes out of a dictionary what no event leads to any more; `leading`: the numbers in events.
DELETE FROM {table} WHERE id NOT IN ({leading})
