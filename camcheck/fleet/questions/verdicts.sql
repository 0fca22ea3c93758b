-- Machines by verdict and system, by the newest report of each
-- Harmless: "in-use" is an ordinary video call as well.
WITH each_day AS (
    SELECT CAST(started_at AS DATE) AS day, count(DISTINCT host) AS hosts
    FROM machines GROUP BY CAST(started_at AS DATE)
),
busiest AS (SELECT max(hosts) AS hosts FROM each_day),
-- a clock that is years ahead must not make all others silent, so days count that many report on
now AS (
    SELECT max(m.started_at) AS newest
    FROM machines m JOIN each_day d ON CAST(m.started_at AS DATE) = d.day CROSS JOIN busiest b
    WHERE 20 * d.hosts >= b.hosts
),
newest AS (
    SELECT m.host, coalesce(max(CASE WHEN m.started_at < now.newest + INTERVAL '1' DAY
        THEN m.started_at END), max(m.started_at)) AS started_at
    FROM machines m CROSS JOIN now GROUP BY m.host
)
SELECT m.verdict, m.platform, count(DISTINCT m.host) AS machines
FROM machines m JOIN newest n ON m.host = n.host AND m.started_at = n.started_at
GROUP BY m.verdict, m.platform
ORDER BY m.verdict, machines DESC, m.platform
