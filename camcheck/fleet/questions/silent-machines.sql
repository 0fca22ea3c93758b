-- Machines that stopped reporting, or whose monitor stopped while they went on
-- Harmless: holidays, repair, a machine that was given away; who is long gone stands last.
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
each_machine AS (
    SELECT m.host, max(m.started_at) AS last_seen, min(m.started_at) AS first_seen,
        count(*) AS reports, max(m.watched_until) AS watched_until
    FROM machines m GROUP BY m.host
),
last_words AS (
    SELECT m.host, max(m.digest) AS digest, max(m.file) AS file,
        max(CASE WHEN m.verdict IN ('look', 'alarm') THEN 1 ELSE 0 END) AS alarmed
    FROM machines m JOIN each_machine e ON m.host = e.host AND m.started_at = e.last_seen
    GROUP BY m.host
),
judged AS (
    SELECT e.host, e.last_seen, e.watched_until, w.file, w.alarmed,
        CASE WHEN e.last_seen < now.newest - INTERVAL '3' DAY AND e.reports > 1
            AND (now.newest - e.last_seen) > 1.5 * ((e.last_seen - e.first_seen) / (e.reports - 1))
            THEN 1 ELSE 0 END AS silent,
        CASE WHEN e.watched_until < e.last_seen - INTERVAL '1' DAY THEN 1 ELSE 0 END AS unwatched
    FROM each_machine e CROSS JOIN now JOIN last_words w ON e.host = w.host
),
told AS (
    SELECT CASE WHEN silent = 1 AND alarmed = 1 THEN 3 ELSE 0 END + 2 * unwatched AS score, host,
        CASE WHEN unwatched = 1 THEN 'its monitor stopped, and the machine went on reporting'
            WHEN alarmed = 1 THEN 'was told to look, and has been silent since'
            ELSE 'is silent for longer than it ever was' END AS reason,
        last_seen, watched_until, file, CAST(last_seen AS DATE) AS last_day
    FROM judged
    WHERE silent = 1 OR unwatched = 1
),
together AS (
    SELECT last_day, count(*) AS machines, max(last_seen) AS last_seen,
        max(watched_until) AS watched_until, max(file) AS file
    FROM told WHERE score = 0 GROUP BY last_day
)
SELECT t.score, t.host, t.reason, t.last_seen, t.watched_until, t.file
FROM told t LEFT JOIN together g ON t.last_day = g.last_day
WHERE t.score > 0 OR g.machines <= 20
UNION ALL
SELECT 0 AS score, NULL AS host,
    CONCAT(CAST(machines AS VARCHAR(20)), ' machines are silent since the same day: holidays, or ',
        'the way by which their reports come') AS reason,
    last_seen, watched_until, file
FROM together WHERE machines > 20
ORDER BY score DESC, last_seen DESC, host NULLS LAST
