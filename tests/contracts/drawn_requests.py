"""`make contract`: a served Wafa is asked what its own description allows, and what it forbids.

Requests are drawn by schemathesis from the OpenAPI document (V-90). No answer may be a 5xx, and none
may differ from the document in status, type, headers or shape. Bounded in time; the seed is printed.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from tests.contracts.serving import a_served_cafe

SECONDS_MAX = 150
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def main() -> int:
    """Schemathesis's own exit code. `CONTRACT_SEED` plays a run again."""
    seed = os.environ.get("CONTRACT_SEED") or str(secrets.randbelow(10**9))
    with a_served_cafe() as cafe:
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "run",
            f"{cafe.address}/docs/openapi",
            "--header", f"Authorization: Bearer {cafe.key}",
            "--checks", ",".join(CHECKS),
            "--max-time", str(SECONDS_MAX),
            "--seed", seed,
            "--workers", "2",
            "--request-timeout", "30",
            "--suppress-health-check", "all",
            "--continue-on-failure",
            *sys.argv[1:],
        ]  # fmt: skip
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
