-- Counts events in `hours`, or with a sign of -1 takes them back.
INSERT INTO hours BY NAME
SELECT source_id, epoch_us(event_time) // 3600000000 AS hour, strength, {sign} * count(*) AS events,
    {sign} * count(nullif(user_id, 0)) AS users, {sign} * count(device_id) AS devices,
    {sign} * count(address_id) AS addresses, {sign} * count(host_id) AS hosts,
    {sign} * count(path_id) AS paths, {sign} * count(status) AS statuses,
    {sign} * count(bytes_up) AS up, {sign} * count(bytes_down) AS down,
    {sign} * count(duration_ms) AS durations, {sign} * count(agent_id) AS agents,
    {sign} * count(referrer_id) AS referrers, {sign} * count(blocked) AS actions
FROM {events}
GROUP BY source_id, epoch_us(event_time) // 3600000000, strength
