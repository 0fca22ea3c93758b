-- Programs whose file differs from what others have at the same place, same system and release
-- Harmless: a version that only one machine has so far; a program that updates itself.
WITH systems AS (
    SELECT host, platform, release, min(started_at) AS since, max(started_at) AS until
    FROM machines GROUP BY host, platform, release
),
seen AS (
    SELECT host, CASE WHEN shape LIKE '~%' THEN shape ELSE exe END AS place, sha256,
        min(started_at) AS first_seen, max(started_at) AS last_seen, max(digest) AS digest
    FROM holders WHERE sha256 IS NOT NULL AND exe IS NOT NULL
    GROUP BY host, CASE WHEN shape LIKE '~%' THEN shape ELSE exe END, sha256
),
each_file AS (
    SELECT p.host, p.place, p.sha256, p.first_seen, p.digest, s.platform, s.release
    FROM seen p JOIN systems s ON p.host = s.host
        AND p.first_seen <= s.until AND p.last_seen >= s.since
),
each_digest AS (
    SELECT place, platform, release, sha256, count(DISTINCT host) AS machines
    FROM each_file GROUP BY place, platform, release, sha256
),
usual AS (
    SELECT place, platform, release, max(machines) AS machines
    FROM each_digest GROUP BY place, platform, release
),
lonely AS (
    SELECT f.host, f.place, f.sha256, f.first_seen, f.digest, e.machines, u.machines AS others
    FROM each_file f
    JOIN each_digest e ON f.place = e.place AND f.platform = e.platform AND f.release = e.release
        AND f.sha256 = e.sha256
    JOIN usual u ON f.place = u.place AND f.platform = u.platform AND f.release = u.release
    WHERE e.machines <= 3 AND u.machines >= 20
)
SELECT l.others AS score, l.host, l.place AS exe, l.sha256,
    CONCAT(CAST(l.machines AS VARCHAR(20)), ' machine(s) have this file, ',
        CAST(l.others AS VARCHAR(20)), ' have another one there') AS reason,
    l.first_seen, m.file
FROM lonely l JOIN machines m ON l.digest = m.digest
ORDER BY score DESC, l.host, exe, l.sha256, l.first_seen
