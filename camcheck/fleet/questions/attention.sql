-- Findings of medium severity and above in the newest report of each machine, worst first
-- Harmless: camcheck explain CHECK names the ordinary causes of each check.
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
SELECT DISTINCT f.host, f.severity, f.check, f.title, f.subject, m.file,
    CASE f.severity WHEN 'critical' THEN 1 WHEN 'high' THEN 2 ELSE 3 END AS rank
FROM findings f
JOIN newest n ON f.host = n.host AND f.started_at = n.started_at
JOIN machines m ON f.digest = m.digest
WHERE f.severity IN ('medium', 'high', 'critical')
ORDER BY rank, f.host, f.check, f.subject, m.file
