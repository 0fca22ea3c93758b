-- Uses of a camera at hours (UTC) when that machine is otherwise idle
-- Harmless: a call across time zones; travelling. Who works at night has night as usual hours.
WITH hours AS (
    -- a use is counted as often as reports tell of it: that is nearly the same for all, and quick
    SELECT host, coalesce(program, 'nobody was named') AS program, hour(began) AS clock,
        count(*) AS uses, count(away) AS away
    FROM uses GROUP BY host, coalesce(program, 'nobody was named'), hour(began)
),
clocks AS (SELECT host, clock, sum(uses) AS uses FROM hours GROUP BY host, clock),
totals AS (SELECT host, sum(uses) AS uses FROM clocks GROUP BY host),
near AS (
    SELECT a.host, a.clock, CASE WHEN 5 * sum(b.uses) < max(t.uses) THEN 1 ELSE 0 END AS idle
    FROM clocks a JOIN totals t ON a.host = t.host
    JOIN clocks b ON a.host = b.host
        AND (abs(a.clock - b.clock) <= 1 OR abs(a.clock - b.clock) = 23)
    GROUP BY a.host, a.clock
),
suspects AS (
    SELECT h.host, h.program, min(n.idle) AS only_then
    FROM hours h JOIN near n ON h.host = n.host AND h.clock = n.clock
    GROUP BY h.host, h.program
    HAVING min(n.idle) = 1 OR sum(CASE WHEN n.idle = 1 THEN h.away ELSE 0 END) > 0
),
hosts AS (SELECT DISTINCT host FROM suspects),
each_use AS (
    SELECT u.host, coalesce(u.program, 'nobody was named') AS program, u.began,
        max(n.idle) AS idle, count(u.away) AS away
    FROM uses u JOIN hosts s ON u.host = s.host
    JOIN near n ON u.host = n.host AND hour(u.began) = n.clock
    GROUP BY u.host, coalesce(u.program, 'nobody was named'), u.began
),
counted AS (SELECT host, count(*) AS uses FROM each_use GROUP BY host),
odd AS (
    SELECT e.host, e.program, s.only_then, c.uses AS all_uses, count(*) AS uses,
        max(e.began) AS last, sum(CASE WHEN e.away > 0 THEN 1 ELSE 0 END) AS away
    FROM each_use e JOIN suspects s ON e.host = s.host AND e.program = s.program
    JOIN counted c ON e.host = c.host
    WHERE e.idle = 1 AND c.uses >= 10
    GROUP BY e.host, e.program, s.only_then, c.uses
),
files AS (
    SELECT m.host, max(m.file) AS file FROM machines m JOIN hosts s ON m.host = s.host
    GROUP BY m.host
)
SELECT 3 * o.away + 2 * o.only_then AS score, o.host, o.program,
    CONCAT(CAST(o.uses AS VARCHAR(20)), ' of ', CAST(o.all_uses AS VARCHAR(20)),
        ' uses of this machine, at hours when it is otherwise idle',
        CASE WHEN o.away > 0 THEN '; nobody was there' ELSE '' END) AS reason,
    o.last, f.file
FROM odd o JOIN files f ON o.host = f.host
ORDER BY score DESC, o.uses DESC, o.host, o.program
