-- What could not be looked at, and on how many machines
-- Harmless: scans without administrator rights always leave something unseen.
SELECT g.fact, g.reason, count(DISTINCT g.host) AS machines, min(g.detail) AS detail
FROM gaps g
GROUP BY g.fact, g.reason
ORDER BY machines DESC, g.fact, g.reason
