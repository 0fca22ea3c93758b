-- Programs whose file differs from what others have at the same place, same system and release
-- Harmless: a version that only one machine has so far; a program that updates itself.
WITH seen AS (
    SELECT h.host, h.shape, h.sha256, h.package, m.platform, m.release, h.started_at, m.file, h.exe
    FROM holders h JOIN machines m ON h.digest = m.digest
    WHERE h.sha256 IS NOT NULL AND h.shape IS NOT NULL
),
each_digest AS (
    SELECT shape, platform, release, sha256, count(DISTINCT host) AS machines
    FROM seen GROUP BY shape, platform, release, sha256
),
usual AS (
    SELECT shape, platform, release, max(machines) AS machines
    FROM each_digest GROUP BY shape, platform, release
)
SELECT u.machines AS score, s.host, s.exe, s.sha256,
    CONCAT(CAST(e.machines AS VARCHAR(20)), ' machine(s) have this file, ',
        CAST(u.machines AS VARCHAR(20)), ' have another one there') AS reason,
    min(s.started_at) AS first_seen, max(s.file) AS file
FROM seen s
JOIN each_digest e ON s.shape = e.shape AND s.platform = e.platform AND s.release = e.release
    AND s.sha256 = e.sha256
JOIN usual u ON s.shape = u.shape AND s.platform = u.platform AND s.release = u.release
WHERE e.machines <= 3 AND u.machines >= 20
GROUP BY u.machines, e.machines, s.host, s.exe, s.sha256
ORDER BY score DESC, s.host, s.exe, s.sha256
