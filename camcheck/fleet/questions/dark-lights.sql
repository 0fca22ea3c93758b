-- Machines on which a light that others of its model show never agreed with the camera
-- Harmless: a broken light; a model whose driver never lights it is left out where others have it.
WITH filming AS (
    SELECT c.host, c.id, c.name, c.light, c.digest FROM cameras c
    WHERE c.capture = 'active' AND c.light IN ('on', 'off')
),
each_camera AS (
    SELECT host, id, name, count(*) AS seen, max(digest) AS digest,
        sum(CASE WHEN light = 'off' THEN 1 ELSE 0 END) AS dark
    FROM filming GROUP BY host, id, name
),
models AS (
    SELECT name, count(*) AS cameras, sum(CASE WHEN dark = seen THEN 1 ELSE 0 END) AS dark
    FROM each_camera GROUP BY name
)
SELECT e.seen AS score, e.host, e.name, e.id,
    CONCAT('filmed in ', CAST(e.seen AS VARCHAR(20)), ' report(s) and was dark in all of them; ',
        CAST(o.cameras - o.dark AS VARCHAR(20)), ' others of this model showed their light') AS reason,
    m.file
FROM each_camera e
JOIN models o ON e.name = o.name
JOIN machines m ON e.digest = m.digest
WHERE e.dark = e.seen AND 2 * o.dark < o.cameras + 1
ORDER BY score DESC, e.host, e.id
