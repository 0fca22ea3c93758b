-- On how many machines each rule or check spoke
-- Harmless: a rule that speaks on many machines is more often wrong than a rule that speaks on one.
SELECT coalesce(f.rule, f.check) AS rule, f.severity, count(DISTINCT f.host) AS machines
FROM findings f
GROUP BY coalesce(f.rule, f.check), f.severity
ORDER BY machines DESC, rule, f.severity
