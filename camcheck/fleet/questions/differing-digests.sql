-- Programs whose file differs from what others have at the same place, same system and release
-- Harmless: a version that only one machine has so far; a program that updates itself.
WITH seen AS (
    SELECT h.host, CASE WHEN h.shape LIKE '~%' THEN h.shape ELSE h.exe END AS place, h.sha256,
        m.platform, m.release, h.started_at, m.file, h.exe
    FROM holders h JOIN machines m ON h.digest = m.digest
    WHERE h.sha256 IS NOT NULL AND h.exe IS NOT NULL
),
each_digest AS (
    SELECT place, platform, release, sha256, count(DISTINCT host) AS machines
    FROM seen GROUP BY place, platform, release, sha256
),
usual AS (
    SELECT place, platform, release, max(machines) AS machines
    FROM each_digest GROUP BY place, platform, release
)
SELECT u.machines AS score, s.host, s.exe, s.sha256,
    CONCAT(CAST(e.machines AS VARCHAR(20)), ' machine(s) have this file, ',
        CAST(u.machines AS VARCHAR(20)), ' have another one there') AS reason,
    min(s.started_at) AS first_seen, max(s.file) AS file
FROM seen s
JOIN each_digest e ON s.place = e.place AND s.platform = e.platform AND s.release = e.release
    AND s.sha256 = e.sha256
JOIN usual u ON s.place = u.place AND s.platform = u.platform AND s.release = u.release
WHERE e.machines <= 3 AND u.machines >= 20
GROUP BY u.machines, e.machines, s.host, s.exe, s.sha256
ORDER BY score DESC, s.host, s.exe, s.sha256
