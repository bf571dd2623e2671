-- Records on the hosts in `wanted`.
SELECT e.* FROM facts.events AS e SEMI JOIN wanted USING (host_id) SEMI JOIN strangers USING (host_id)
