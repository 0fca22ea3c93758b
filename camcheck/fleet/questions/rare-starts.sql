-- Start entries that at most three machines have and that are new, hidden, or start what films
-- Harmless: a script of somebody's own that was set up this week.
WITH each_day AS (
    SELECT CAST(started_at AS DATE) AS day, count(DISTINCT host) AS hosts
    FROM machines GROUP BY CAST(started_at AS DATE)
),
busiest AS (SELECT max(hosts) AS hosts FROM each_day),
-- a clock that is years ahead must not make all others silent, so days count that many report on
now AS (
    SELECT max(m.started_at) AS newest, min(m.started_at) AS oldest
    FROM machines m JOIN each_day d ON CAST(m.started_at AS DATE) = d.day CROSS JOIN busiest b
    WHERE 20 * d.hosts >= b.hosts
),
seen AS (
    SELECT host, kind, path, command, shape, min(started_at) AS first_seen, max(digest) AS digest
    FROM persistence GROUP BY host, kind, path, command, shape
),
shapes AS (
    SELECT shape, count(DISTINCT host) AS machines, min(first_seen) AS first_seen
    FROM seen GROUP BY shape
),
filming AS (SELECT DISTINCT host, exe FROM holders WHERE exe IS NOT NULL),
scored AS (
    SELECT p.host, p.kind, p.path, p.command, s.machines, s.first_seen, max(p.digest) AS digest,
        max(CASE WHEN s.shape LIKE '% %/.% %/.%' THEN 2 ELSE 0 END
            + CASE WHEN s.shape LIKE '%/tmp/%' OR s.shape LIKE '%/dev/shm/%'
                OR s.shape LIKE '%/Temp/%' THEN 3 ELSE 0 END
            + CASE WHEN f.exe IS NOT NULL THEN 2 ELSE 0 END
            + CASE WHEN s.first_seen > now.newest - INTERVAL '7' DAY AND s.first_seen > now.oldest
                THEN 1 ELSE 0 END) AS score
    FROM seen p CROSS JOIN now
    JOIN shapes s ON p.shape = s.shape
    LEFT JOIN filming f ON p.host = f.host AND instr(p.command, f.exe) > 0
    WHERE s.machines <= 3
    GROUP BY p.host, p.kind, p.path, p.command, s.machines, s.first_seen
)
SELECT s.score, s.host, s.kind, s.path, s.command,
    CONCAT('only ', CAST(s.machines AS VARCHAR(20)), ' machine(s) have it, and it is new, hidden, ',
        'temporary, or starts a program that held a camera') AS reason,
    s.first_seen, m.file
FROM scored s JOIN machines m ON s.digest = m.digest
WHERE s.score > 0
ORDER BY s.score DESC, s.first_seen DESC, s.host, s.kind, s.path, s.command
