-- Machines by verdict and system, by the newest report of each
-- Harmless: "in-use" is an ordinary video call as well.
WITH newest AS (SELECT host, max(started_at) AS started_at FROM machines GROUP BY host)
SELECT m.verdict, m.platform, count(DISTINCT m.host) AS machines
FROM machines m JOIN newest n ON m.host = n.host AND m.started_at = n.started_at
GROUP BY m.verdict, m.platform
ORDER BY m.verdict, machines DESC, m.platform
