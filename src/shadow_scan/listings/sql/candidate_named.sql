SELECT score, users, events, first_time, last_time, reasons FROM candidates WHERE host = $name
