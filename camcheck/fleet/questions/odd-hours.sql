-- Uses of a camera at hours (UTC) when that machine is otherwise idle
-- Harmless: a call across time zones; travelling. Who works at night has night as usual hours.
WITH each_use AS (
    SELECT DISTINCT u.host, u.program, u.camera, u.began, u.away, hour(u.began) AS clock
    FROM uses u
),
hours AS (SELECT host, clock, count(*) AS uses FROM each_use GROUP BY host, clock),
totals AS (SELECT host, count(*) AS uses FROM each_use GROUP BY host),
near AS (
    SELECT a.host, a.clock, sum(b.uses) AS uses
    FROM hours a JOIN hours b ON a.host = b.host
        AND (abs(a.clock - b.clock) <= 1 OR abs(a.clock - b.clock) = 23)
    GROUP BY a.host, a.clock
),
odd AS (
    SELECT u.host, u.program, count(*) AS uses, max(u.began) AS last,
        sum(CASE WHEN u.away IS NULL THEN 0 ELSE 1 END) AS away, max(t.uses) AS all_uses
    FROM each_use u
    JOIN near n ON u.host = n.host AND u.clock = n.clock
    JOIN totals t ON u.host = t.host
    WHERE t.uses >= 10 AND 5 * n.uses < t.uses
    GROUP BY u.host, u.program
),
usual AS (
    SELECT DISTINCT u.host, u.program FROM each_use u
    JOIN near n ON u.host = n.host AND u.clock = n.clock
    JOIN totals t ON u.host = t.host
    WHERE 5 * n.uses >= t.uses
),
files AS (SELECT host, max(file) AS file FROM machines GROUP BY host)
SELECT 3 * o.away + CASE WHEN h.program IS NULL THEN 2 ELSE 0 END AS score, o.host, o.program,
    CONCAT(CAST(o.uses AS VARCHAR(20)), ' of ', CAST(o.all_uses AS VARCHAR(20)),
        ' uses of this machine, at hours when it is otherwise idle',
        CASE WHEN o.away > 0 THEN '; nobody was there' ELSE '' END) AS reason,
    o.last, f.file
FROM odd o
LEFT JOIN usual h ON o.host = h.host AND o.program = h.program
JOIN files f ON o.host = f.host
WHERE o.away > 0 OR h.program IS NULL
ORDER BY score DESC, o.uses DESC, o.host, o.program
