-- Models of cameras, and on how many machines
-- Harmless: all of it; a model that nobody bought is worth a look.
SELECT c.name, c.bus, c.driver, count(DISTINCT c.host) AS machines
FROM cameras c
GROUP BY c.name, c.bus, c.driver
ORDER BY machines DESC, c.name, c.bus NULLS LAST, c.driver NULLS LAST
