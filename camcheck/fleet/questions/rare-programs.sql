-- Programs that hold a camera on at most three machines, the oddest first
-- Harmless: software that somebody built or fetched for himself; a special program of one team.
WITH seen AS (
    SELECT host, program, exe, coalesce(shape, program) AS shape, package, sha256, exe_state, via,
        min(started_at) AS first_seen, max(digest) AS digest
    FROM holders WHERE program IS NOT NULL
    GROUP BY host, program, exe, coalesce(shape, program), package, sha256, exe_state, via
),
shapes AS (
    SELECT shape, count(DISTINCT host) AS machines, min(first_seen) AS first_seen
    FROM seen GROUP BY shape
),
approved AS (
    SELECT DISTINCT host, exe FROM stories WHERE known AND severity = 'info'
),
scored AS (
    SELECT s.host, s.digest, s.program, s.exe, s.shape, s.sha256, p.machines, p.first_seen,
        CASE WHEN s.exe_state IN ('deleted', 'memory', 'replaced') THEN 4 ELSE 0 END
            + CASE WHEN s.shape LIKE '%/.%' THEN 3 ELSE 0 END
            + CASE WHEN s.shape LIKE '/tmp/%' OR s.shape LIKE '/dev/shm/%'
                OR s.shape LIKE '%/Temp/%' THEN 3 ELSE 0 END
            + CASE WHEN s.via IN ('fd', 'pipewire', 'consent-store', 'sensor-monitor', 'system-log')
                THEN 0 ELSE 2 END
            + CASE WHEN s.package IS NULL THEN 1 ELSE 0 END AS score
    FROM seen s
    JOIN shapes p ON s.shape = p.shape
    LEFT JOIN approved a ON s.host = a.host AND s.exe = a.exe
    WHERE p.machines <= 3 AND a.host IS NULL
)
SELECT max(s.score) AS score, s.host, s.program, s.exe,
    CONCAT('held a camera on ', CAST(s.machines AS VARCHAR(20)), ' of all machines',
        CASE WHEN max(s.score) >= 3
            THEN ', from a hidden, temporary or vanished file or in an unusual way'
            ELSE ', and no package, application or signer is known' END) AS reason,
    s.sha256, min(s.first_seen) AS first_seen, max(m.file) AS file
FROM scored s JOIN machines m ON s.digest = m.digest
WHERE s.score > 0
GROUP BY s.host, s.program, s.exe, s.machines, s.sha256
ORDER BY score DESC, s.machines, s.host, s.program, s.exe NULLS LAST, s.sha256 NULLS LAST
