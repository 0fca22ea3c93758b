-- Cameras whose firmware, descriptors or driver changed, the lonely changes first
-- Harmless: an update of the firmware; one that more than twenty machines got is left out.
WITH states AS (
    SELECT host, id, name, digest, started_at,
        CONCAT(coalesce(firmware, '?'), ' ', coalesce(substring(descriptors, 1, 8), '?'), ' ',
            coalesce(driver, 'no driver')) AS state
    FROM cameras
),
changing AS (
    SELECT host, id FROM states GROUP BY host, id HAVING min(state) <> max(state)
),
pairs AS (
    SELECT s.host, s.id, s.name, s.digest, s.started_at, s.state,
        lag(s.state) OVER (PARTITION BY s.host, s.id ORDER BY s.started_at, s.digest) AS before
    FROM states s JOIN changing c ON s.host = c.host AND s.id = c.id
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
