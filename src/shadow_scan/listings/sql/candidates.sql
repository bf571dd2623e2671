SELECT host, score, reasons, users, events, bytes_up, bytes_down, first_time, last_time
FROM candidates
ORDER BY score DESC, users DESC, events DESC, host
