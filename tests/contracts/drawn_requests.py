"""`make contract`: a served Wafa is asked what its own description allows, and what it forbids.

Requests are drawn by schemathesis from the OpenAPI document (V-90). No answer may be a 5xx, and none
may differ from the document in status, type, headers or shape. Bounded in time; the seed is printed.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.contracts.serving import a_served_cafe

SECONDS_MAX = 120
SEED = "20261122"  # the same requests each time, so that a failure is of the change; CONTRACT_SEED draws others
# A drawn journey may be centuries long, and each of its days is really lived through: tests/loyalty/jobs has them.
LEFT_OUT = "/v1/test-clock/advance"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def main() -> int:
    """Schemathesis's own exit code."""
    seed = os.environ.get("CONTRACT_SEED") or SEED
    with a_served_cafe() as cafe:
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "run",
            f"{cafe.address}/docs/openapi",
            "--header", f"Authorization: Bearer {cafe.key}",
            "--checks", ",".join(CHECKS),
            "--max-time", str(SECONDS_MAX),
            "--seed", seed,
            # One at a time: two threads that read source code at once trip over each other in Python 3.11.
            "--workers", "1",
            "--exclude-path", LEFT_OUT,
            "--request-timeout", "30",
            "--suppress-health-check", "all",
            "--continue-on-failure",
            *sys.argv[1:],
        ]  # fmt: skip
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
