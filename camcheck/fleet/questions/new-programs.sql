-- Programs that hold a camera and that no machine had before the last seven days
-- Harmless: new software; what is rolled out to many machines at once stands further down.
WITH now AS (SELECT max(started_at) AS newest, min(started_at) AS oldest FROM machines),
seen AS (
    SELECT coalesce(h.shape, h.program) AS shape, min(h.started_at) AS first_seen,
        count(DISTINCT h.host) AS machines, count(DISTINCT h.package) AS packages,
        min(h.host) AS host, min(h.program) AS program, min(h.digest) AS digest
    FROM holders h WHERE h.program IS NOT NULL
    GROUP BY coalesce(h.shape, h.program)
)
SELECT CASE WHEN s.packages = 0 THEN 2 ELSE 0 END + CASE WHEN s.machines <= 3 THEN 1 ELSE 0 END
        AS score,
    s.program, s.shape, s.machines, s.host,
    CONCAT('first seen in the last seven days, ', CASE WHEN s.packages = 0
        THEN 'from no package that is known' ELSE 'from a package' END) AS reason,
    s.first_seen, m.file
FROM seen s CROSS JOIN now JOIN machines m ON s.digest = m.digest
WHERE s.first_seen > now.newest - INTERVAL '7' DAY AND s.first_seen > now.oldest
ORDER BY score DESC, s.machines, s.shape, m.file
