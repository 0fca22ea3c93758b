"""What can be asked over many reports: the views for SQL, and questions with a name."""

from typing import Any

_TEXT = "VARCHAR"

STRUCTURE: dict[str, Any] = {
    "schema_version": "BIGINT",
    **dict.fromkeys(("camcheck_version", "rules_version", "platform", "verdict", "digest"), _TEXT),
    **dict.fromkeys(("elevated", "redacted"), "BOOLEAN"),
    "started_at": "TIMESTAMP",
    "host": dict.fromkeys(("name", "system", "release", "machine"), _TEXT),
    "cameras": [dict.fromkeys(("id", "name", "bus", "kind", "driver"), _TEXT)],
    "holders": [{**dict.fromkeys(("camera", "started", "via", "node"), _TEXT), "pid": "BIGINT"}],
    "processes": [
        {
            **dict.fromkeys(("started", "name", "exe", "package", "user", "sha256"), _TEXT),
            "pid": "BIGINT",
        }
    ],
    "findings": [
        {
            **dict.fromkeys(
                ("check", "severity", "confidence", "title", "subject", "fingerprint"), _TEXT
            ),
            "signature": {"id": _TEXT},
        }
    ],
    "gaps": [dict.fromkeys(("fact", "subject", "reason", "detail"), _TEXT)],
}
"""What is read from a report, as DuckDB's json_transform wants it; another type becomes NULL."""

TABLE = """
CREATE TABLE reports AS SELECT file,
    CASE WHEN report.redacted THEN regexp_extract(file, '([^/\\\\]+)[.]json$', 1)
        ELSE report.host.name END AS name, unnest(report) FROM
    (SELECT filename AS file, CASE WHEN json_valid(content)
        THEN json_transform(content, ?) END AS report FROM read_text(?))
    WHERE report.schema_version IS NOT NULL
"""

VIEWS = """
CREATE VIEW machines AS SELECT
    file, name AS host, platform, host.release AS release, verdict, elevated, started_at,
    len(cameras) AS cameras, len(findings) AS findings, len(gaps) AS gaps,
    camcheck_version, rules_version, digest FROM reports;
CREATE VIEW findings AS SELECT
    file, name AS host, platform, f."check" AS "check", f.severity AS severity,
    f.confidence AS confidence, f.title AS title, f.subject AS subject, f.signature.id AS rule,
    f.fingerprint AS fingerprint FROM (SELECT *, unnest(findings) AS f FROM reports);
CREATE VIEW cameras AS SELECT
    file, name AS host, platform, c.* FROM (SELECT *, unnest(cameras) AS c FROM reports);
CREATE VIEW processes AS SELECT
    file, name AS host, p.* FROM (SELECT *, unnest(processes) AS p FROM reports);
CREATE VIEW holders AS SELECT
    h.file, h.host, h.camera, h.via, h.node, h.pid, h.started, p.name AS program, p.exe, p.package,
    p."user", p.sha256 FROM
    (SELECT file, name AS host, h.* FROM (SELECT *, unnest(holders) AS h FROM reports)) AS h
    LEFT JOIN processes AS p ON p.file = h.file AND p.pid = h.pid
        AND p.started IS NOT DISTINCT FROM h.started;
CREATE VIEW gaps AS SELECT
    file, name AS host, g.* FROM (SELECT *, unnest(gaps) AS g FROM reports);
"""

QUESTIONS = {
    "verdicts": """
        SELECT verdict, platform, count(*) AS machines FROM machines
        GROUP BY ALL ORDER BY verdict, machines DESC, platform""",
    "attention": """
        SELECT host, severity, "check", title, subject FROM findings
        WHERE severity IN ('medium', 'high', 'critical')
        ORDER BY list_position(['critical', 'high', 'medium'], severity), host, "check", subject""",
    "rules": """
        SELECT coalesce(rule, "check") AS rule, severity, count(DISTINCT file) AS machines
        FROM findings GROUP BY ALL ORDER BY machines DESC, rule, severity""",
    "rare-programs": """
        SELECT exe, package, sha256, count(DISTINCT file) AS machines, min(host) AS host
        FROM holders WHERE exe IS NOT NULL GROUP BY exe, package, sha256
        HAVING count(DISTINCT file) <= 2 ORDER BY machines, exe""",
    "cameras": """
        SELECT name, bus, driver, count(DISTINCT file) AS machines
        FROM cameras GROUP BY ALL ORDER BY machines DESC, name""",
    "unseen": """
        SELECT fact, reason, count(DISTINCT file) AS machines, min(detail) AS detail
        FROM gaps GROUP BY fact, reason ORDER BY machines DESC, fact""",
}
"""Questions with a name, for ``camcheck report query NAME FILES...``."""
