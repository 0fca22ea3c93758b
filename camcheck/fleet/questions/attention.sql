-- Findings of medium severity and above in the newest report of each machine, worst first
-- Harmless: camcheck explain CHECK names the ordinary causes of each check.
WITH newest AS (SELECT host, max(started_at) AS started_at FROM machines GROUP BY host)
SELECT DISTINCT f.host, f.severity, f.check, f.title, f.subject, m.file,
    CASE f.severity WHEN 'critical' THEN 1 WHEN 'high' THEN 2 ELSE 3 END AS rank
FROM findings f
JOIN newest n ON f.host = n.host AND f.started_at = n.started_at
JOIN machines m ON f.digest = m.digest
WHERE f.severity IN ('medium', 'high', 'critical')
ORDER BY rank, f.host, f.check, f.subject, m.file
