-- Stored events on hosts that a rule names: counted ones, and shared ones that count only beside.
-- Those of which only the path says that they do not count stay, as witnesses of their tunnel.
-- 407 challenges are no use of anything.
CREATE TEMP TABLE matched AS
SELECT e.source_id, e.source_line, e.event_time,
    e.event_time + to_milliseconds(coalesce(e.duration_ms, 0)) AS end_time,
    e.user_id, e.device_id, e.address_id, e.department_id, e.host_id, e.path_id, e.agent_id, e.referrer_id,
    CAST(m.name AS method_name) AS method, e.bytes_up, e.bytes_down, e.strength, e.flow,
    coalesce(e.blocked, false) AS blocked,
    e.port, e.status,
    CAST(coalesce(p.service, h.service) AS service_name) AS service,
    CAST(coalesce(p.vendor, h.vendor) AS vendor_name) AS vendor,
    coalesce(p.counted, h.counted) AS counted,
    coalesce(p.beside, h.beside) AS beside, CAST(NULL AS VARCHAR) AS leased,
    CAST(NULL AS INTEGER) AS seen_user_id
FROM facts.events AS e
JOIN host_class AS h ON h.host_id = e.host_id
LEFT JOIN path_class AS p ON p.host_id = e.host_id AND p.path_id = e.path_id
LEFT JOIN (SELECT id, text AS name FROM facts.methods) AS m ON m.id = e.method_id
WHERE (h.counted OR h.beside OR p.counted OR p.beside)
    AND e.status IS DISTINCT FROM 407
