-- Programs that hold a camera and that no machine had before the last seven days
-- Harmless: new software; packages that more than three machines got are left out.
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
    SELECT host, coalesce(shape, program) AS shape, program, exe, package,
        min(started_at) AS first_seen, max(digest) AS digest
    FROM holders WHERE program IS NOT NULL
    GROUP BY host, coalesce(shape, program), program, exe, package
),
shapes AS (
    SELECT shape, min(first_seen) AS first_seen, count(DISTINCT host) AS machines,
        count(DISTINCT package) AS packages
    FROM seen GROUP BY shape
)
SELECT CASE WHEN p.packages = 0 THEN 2 ELSE 0 END + CASE WHEN p.machines <= 3 THEN 1 ELSE 0 END
        AS score,
    s.host, s.program, s.exe, p.machines,
    CONCAT('first seen in the last seven days, ', CASE WHEN p.packages = 0
        THEN 'from no package that is known' ELSE 'from a package' END) AS reason,
    p.first_seen, max(m.file) AS file
FROM seen s CROSS JOIN now JOIN shapes p ON s.shape = p.shape JOIN machines m ON s.digest = m.digest
WHERE p.first_seen > now.newest - INTERVAL '7' DAY AND p.first_seen > now.oldest
    AND (p.packages = 0 OR p.machines <= 3)
GROUP BY s.host, s.program, s.exe, p.machines, p.packages, p.first_seen
ORDER BY score DESC, p.machines, s.host, s.program, s.exe NULLS LAST
