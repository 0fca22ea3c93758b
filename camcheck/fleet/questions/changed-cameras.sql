-- Cameras whose firmware, descriptors or driver changed, the lonely changes first
-- Harmless: an update of the firmware; one that more than twenty machines got is left out.
WITH pairs AS (
    SELECT c.host, c.id, c.name, c.digest, c.started_at,
        CONCAT(coalesce(c.firmware, '?'), ' ', coalesce(substring(c.descriptors, 1, 8), '?'), ' ',
            coalesce(c.driver, 'no driver')) AS state,
        lag(CONCAT(coalesce(c.firmware, '?'), ' ', coalesce(substring(c.descriptors, 1, 8), '?'), ' ',
            coalesce(c.driver, 'no driver')))
            OVER (PARTITION BY c.host, c.id ORDER BY c.started_at, c.digest) AS before
    FROM cameras c
),
changes AS (SELECT host, id, name, digest, started_at, before, state FROM pairs WHERE before <> state),
same AS (
    SELECT name, before, state, count(DISTINCT host) AS machines
    FROM changes GROUP BY name, before, state
)
SELECT CASE WHEN s.machines <= 3 THEN 2 ELSE 0 END AS score, c.host, c.name, c.id,
    CONCAT('was ', c.before, ', is ', c.state, '; so on ', CAST(s.machines AS VARCHAR(20)),
        ' machine(s)') AS reason,
    c.started_at AS seen, m.file
FROM changes c
JOIN same s ON c.name = s.name AND c.before = s.before AND c.state = s.state
JOIN machines m ON c.digest = m.digest
WHERE s.machines <= 20
ORDER BY score DESC, s.machines, c.host, c.id, c.started_at
